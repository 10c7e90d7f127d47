using Microsoft.Extensions.Logging;
using Sametime.Compose.Settings;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Services.Users.Tokens;
using Sametime.Services.Users.Tokens.Issued;

namespace Sametime.Compose.Hosting;

/// <summary>What makes and checks tokens, put together as the settings say.</summary>
internal sealed class TokenParts : IDisposable
{
    /// <exception cref="CommandException">A key that the settings name cannot be read.</exception>
    public TokenParts(
        DataDirectory data, ServerSettings settings, IUserDirectory directory, IEventStore store, IEventPublisher events,
        IReadOnlyList<IAuthenticationProvider> others, TimeProvider time, ILoggerFactory logs)
    {
        var options = settings.Get<TokenOptions>("Tokens");
        try
        {
            Book = new TokenBook(store, time);
            var keys = OpenKeys(data, options, time, logs.CreateLogger<TokenKeys>());
            Issuer = new TokenIssuer(directory, keys, Book, options, time);
            Door = new TokenDoor(
                [new SametimeTokenProvider(directory, keys, Book, options, time, logs.CreateLogger<SametimeTokenProvider>()), .. others],
                events, options, time, logs.CreateLogger<TokenDoor>());
            Service = new TokensService(Issuer, options, logs.CreateLogger<TokensService>());
        }
        catch (StoreException e)
        {
            Book?.Dispose();
            throw new CommandException(ExitCode.Usage, e.Message);
        }
    }

    /// <summary>Checks tokens.</summary>
    public TokenDoor Door { get; }

    /// <summary>Makes them for users.</summary>
    public TokensService Service { get; }

    /// <summary>Makes them for commands.</summary>
    public TokenIssuer Issuer { get; }

    /// <summary>What the store knows of them.</summary>
    public TokenBook Book { get; }

    /// <summary>Where the keys are that sign our tokens.</summary>
    public static string KeyFile(DataDirectory data, TokenOptions options) => options.KeyFile.Length > 0 ? options.KeyFile : data.TokenKeyFile;

    public void Dispose() => Book.Dispose();

    // A file that the settings name is for others too: made here by mistake it would sign what they refuse.
    private static TokenKeys OpenKeys(DataDirectory data, TokenOptions options, TimeProvider time, ILogger<TokenKeys> log)
    {
        if (options.KeyFile.Length == 0)
            TokenKeyFile.Ensure(data.TokenKeyFile, time);
        else if (!File.Exists(options.KeyFile))
            throw new CommandException(ExitCode.Usage, $"Tokens:KeyFile names {options.KeyFile}, which is not there; sametime token rotate makes it");
        return new TokenKeys(KeyFile(data, options), options.KeyFileInterval, time, log);
    }
}
