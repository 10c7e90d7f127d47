using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;
using Sametime.Compose.Settings;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Services.Users.Tokens;
using Sametime.Services.Users.Tokens.Issued;
using Sametime.Services.Users.Tokens.Jwt;
using Sametime.Services.Users.Tokens.LegacyLtpa;

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
            var keys = new TokenKeys(RequireKeyFile(data, options, time), options.KeyFileInterval, time, logs.CreateLogger<TokenKeys>());
            Issuer = new TokenIssuer(directory, keys, Book, options, time);
            var ours = new SametimeTokenProvider(directory, keys, Book, options, time, logs.CreateLogger<SametimeTokenProvider>());
            IAuthenticationProvider?[] foreign = [OpenLtpa(settings, directory, options, time, logs), OpenJwt(settings, directory, options, time, logs)];
            Door = new TokenDoor([ours, .. foreign.OfType<IAuthenticationProvider>(), .. others], events, options, time, logs.CreateLogger<TokenDoor>());
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

    /// <summary>
    /// The same, and that it is there: made here in a data folder, but not where the settings name it. Such a file is for others too, and made
    /// by mistake it would sign what they refuse.
    /// </summary>
    /// <exception cref="CommandException">It is not there.</exception>
    public static string RequireKeyFile(DataDirectory data, TokenOptions options, TimeProvider time)
    {
        if (options.KeyFile.Length == 0)
            TokenKeyFile.Ensure(data.TokenKeyFile, time);
        else if (!File.Exists(options.KeyFile))
            throw new CommandException(ExitCode.Usage, $"Tokens:KeyFile names {options.KeyFile}, which is not there; sametime token rotate makes it");
        return KeyFile(data, options);
    }

    public void Dispose() => Book.Dispose();

    private LtpaTokenProvider? OpenLtpa(ServerSettings settings, IUserDirectory directory, TokenOptions tokens, TimeProvider time, ILoggerFactory logs)
    {
        var options = settings.Get<LtpaOptions>("Ltpa");
        if (options.KeyFile.Length == 0)
            return null;
        var log = logs.CreateLogger<LtpaTokenProvider>();
        var keys = new WatchedFiles<LtpaKeys>(
            [options.KeyFile, options.PasswordFile], () => LtpaKeys.Read(options.KeyFile, options.PasswordFile), tokens.KeyFileInterval, time, log);
        return new LtpaTokenProvider(directory, keys, Book, options, tokens, time, log);
    }

    private JwtTokenProvider? OpenJwt(ServerSettings settings, IUserDirectory directory, TokenOptions tokens, TimeProvider time, ILoggerFactory logs)
    {
        var options = settings.Get<JwtOptions>("Jwt");
        if (options.Issuer.Length == 0)
            return null;
        var log = logs.CreateLogger<JwtTokenProvider>();
        var keys = new WatchedFiles<IReadOnlyList<SecurityKey>>(options.KeyFiles, () => JwtKeys.Read(options.KeyFiles), tokens.KeyFileInterval, time, log);
        return new JwtTokenProvider(directory, keys, Book, options, tokens, time, log);
    }
}
