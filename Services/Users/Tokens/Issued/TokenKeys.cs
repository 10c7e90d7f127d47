using Microsoft.Extensions.Logging;

namespace Sametime.Services.Users.Tokens.Issued;

/// <summary>The keys that sign our tokens, as their file is now.</summary>
/// <exception cref="Contracts.Providers.StoreException">The file cannot be read.</exception>
internal sealed class TokenKeys(string file, TimeSpan interval, TimeProvider time, ILogger log)
{
    private readonly WatchedFiles<IReadOnlyList<TokenKey>> _keys = new([file], () => TokenKeyFile.Read(file), interval, time, log);

    /// <summary>The key that signs now.</summary>
    public TokenKey Signing => _keys.Current[0];

    /// <summary>The key of an id, or null.</summary>
    public TokenKey? Find(uint id) => _keys.Current.FirstOrDefault(key => key.Id == id);
}
