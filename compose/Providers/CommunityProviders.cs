using Microsoft.Extensions.Logging;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Providers;
using Sametime.Services.Providers;
using Sametime.Services.Users;
using Sametime.Services.Users.Passwords;

namespace Sametime.Compose.Providers;

/// <summary>
/// Who answers for what in this community: the store of the program and the directories of the settings, except where a module of
/// somebody else takes their place. The one place that decides it, for servers and commands alike.
/// </summary>
internal sealed class CommunityProviders : IAsyncDisposable
{
    private readonly ProviderRegistry _modules;
    private readonly Directories _directories;
    private readonly IReadOnlyList<IPasswordSource> _passwords;

    /// <exception cref="CommandException">A module that the settings name cannot be used.</exception>
    public CommunityProviders(DataDirectory data, ServerSettings settings, Store store, TimeProvider time, ILoggerFactory logs)
    {
        _modules = ProviderLoader.Load(data, settings, time, logs);
        _directories = new Directories(store.Directory, settings, logs);
        Directory = _modules.Find<IUserDirectory>() ?? _directories.All;
        Resolve = _modules.Find<IResolveProvider>() ?? _directories.All;
        Groups = _modules.Find<IGroupProvider>() ?? _directories.All;
        Books = _modules.All<IBrowseProvider>() is { Count: > 0 } books ? books : Directory == _directories.All ? _directories.Books : [];
        UserStorage = _modules.Find<IUserStorageProvider>() ?? store.UserStorage;
        Privacy = _modules.Find<IPrivacyProvider>() ?? store.Privacy;
        var authentication = _modules.All<IAuthenticationProvider>();
        _passwords = [.. authentication.Where(static provider => provider.Takes(CredentialKind.Password)).Select(provider => new ProvidedPasswords(provider, Directory))];
        Tokens = [.. authentication.Where(static provider => provider.Takes(CredentialKind.Token))];
    }

    public IUserDirectory Directory { get; }

    public IResolveProvider Resolve { get; }

    public IGroupProvider Groups { get; }

    /// <summary>What people page through; nothing where a module has the users and no book of them.</summary>
    public IReadOnlyList<IBrowseProvider> Books { get; }

    public IUserStorageProvider UserStorage { get; }

    public IPrivacyProvider Privacy { get; }

    /// <summary>Looks after accounts that are changed elsewhere; null where there are none.</summary>
    public AccountWatch? Watch => _directories.Watch;

    /// <summary>Who checks tokens besides the server's own kinds.</summary>
    public IReadOnlyList<IAuthenticationProvider> Tokens { get; }

    /// <summary>Who checks passwords, in the order in which they are asked whose name it is.</summary>
    /// <param name="embedded">Those of the embedded directory.</param>
    public IReadOnlyList<IPasswordSource> PasswordsWith(IPasswordSource embedded) =>
        [.. _passwords, .. _directories.HasEmbedded ? [embedded] : Array.Empty<IPasswordSource>(), .. _directories.Passwords];

    public ValueTask DisposeAsync()
    {
        _directories.Dispose();
        return _modules.DisposeAsync();
    }
}
