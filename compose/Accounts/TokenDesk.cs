using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Compose.Hosting;
using Sametime.Compose.Providers;
using Sametime.Compose.Settings;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Hub;
using Sametime.Services.Users.Tokens;
using Sametime.Services.Users.Tokens.Issued;

namespace Sametime.Compose.Accounts;

/// <summary>
/// Tokens of a data directory, as the commands make and revoke them. A server that runs on the same store knows of it at once.
/// </summary>
internal sealed class TokenDesk : IAsyncDisposable
{
    private readonly Store _store;
    private readonly TokenBook _book;
    private readonly TokenOptions _options;
    private readonly DataDirectory _data;
    private readonly CommunityProviders _providers;

    private TokenDesk(DataDirectory data, TokenOptions options, Store store, CommunityProviders providers) =>
        (_data, _options, _store, _providers, _book) = (data, options, store, providers, new TokenBook(store.Events, TimeProvider.System));

    /// <summary>Opens the store of a data folder that has one.</summary>
    public static async Task<TokenDesk> OpenAsync(DataDirectory data, SettingOverrides line, CancellationToken stop)
    {
        var settings = LoadExisting(data, line);
        var source = new EventSource(settings.Get<HubOptions>("Hub").Number, Incarnation: 0);
        var store = await Store.OpenAsync(data, settings, source, NullLoggerFactory.Instance, stop);
        try
        {
            var providers = new CommunityProviders(data, settings, store, TimeProvider.System, NullLoggerFactory.Instance);
            return new TokenDesk(data, settings.Get<TokenOptions>("Tokens"), store, providers);
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a token; answers its text.</summary>
    public async Task<string> IssueAsync(string user, bool oneTime, TimeSpan? lifetime, IPAddress? address, CancellationToken stop)
    {
        var file = TokenParts.RequireKeyFile(_data, _options, TimeProvider.System);
        var keys = new TokenKeys(file, _options.KeyFileInterval, TimeProvider.System, NullLogger.Instance);
        var issuer = new TokenIssuer(_providers.Directory, keys, _book, _options, TimeProvider.System);
        var issued = await issuer.IssueAsync(new UserId(user), oneTime, lifetime, address, $"operator {Environment.UserName}", stop)
            ?? throw new CommandException(ExitCode.NoSuchThing, $"there is no user {user}");
        return Encoding.ASCII.GetString(issued.Token);
    }

    /// <summary>Makes all tokens of a user worthless that were issued before now.</summary>
    public async Task RevokeAsync(string user, CancellationToken stop)
    {
        var known = await _providers.Directory.FindUserAsync(new UserId(user), stop)
            ?? throw new CommandException(ExitCode.NoSuchThing, $"there is no user {user}");
        await _book.RevokeAsync(known.Id, Environment.UserName, stop);
    }

    /// <summary>Makes a new key sign from now on; answers its id and how many former keys went.</summary>
    public static (uint Id, int Dropped) Rotate(DataDirectory data, SettingOverrides line)
    {
        var options = LoadExisting(data, line).Get<TokenOptions>("Tokens");
        var (added, dropped) = TokenKeyFile.Rotate(TokenParts.KeyFile(data, options), options.LifetimeMax + options.ClockSkew, TimeProvider.System);
        return (added.Id, dropped.Count);
    }

    public async ValueTask DisposeAsync()
    {
        _book.Dispose();
        await _providers.DisposeAsync();
        await _store.DisposeAsync();
    }

    private static ServerSettings LoadExisting(DataDirectory data, SettingOverrides line)
    {
        var settings = ServerSettings.Load(data, line);
        return Store.Exists(data, settings)
            ? settings
            : throw new CommandException(ExitCode.NoSuchThing, $"there is no community in {data.Path}; sametime up or sametime user add begins one");
    }
}
