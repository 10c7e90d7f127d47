using Microsoft.Extensions.Logging;
using Sametime.Compose.Settings;
using Sametime.Contracts.Providers;
using Sametime.Services.Providers;
using Sametime.Services.Providers.Ldap;
using Sametime.Services.Users;

namespace Sametime.Compose.Hosting;

/// <summary>
/// The directories of a community, as Directory:Kind says: the embedded one, those of the section Ldap, or both. Services see them as one;
/// only what changes users and keeps their hashes is the embedded directory's own (<see cref="Store.Directory"/>).
/// </summary>
internal sealed class Directories : IDisposable
{
    private readonly List<LdapDirectory> _ldap = [];
    private readonly List<LdapPasswords> _ldapPasswords = [];

    public Directories(ICommunityDirectory embedded, ServerSettings settings, ILoggerFactory logs)
    {
        var kind = KindOf(settings);
        var options = settings.Get<LdapOptions>("Ldap");
        var limits = settings.Get<DirectoryLimits>("Directory");
        foreach (var server in kind == DirectoryKind.Embedded ? [] : options.Servers)
        {
            var directory = new LdapDirectory(server, options, limits, TimeProvider.System, logs.CreateLogger<LdapDirectory>());
            _ldap.Add(directory);
            _ldapPasswords.Add(new LdapPasswords(directory, server, options, TimeProvider.System));
        }

        HasEmbedded = kind != DirectoryKind.Ldap;
        Books = HasEmbedded ? [embedded, .. _ldap] : [.. _ldap];
        All = new CombinedDirectory(Books);
        if (_ldap.Count > 0)
        {
            Watch = new AccountWatch(_ldap, HasEmbedded ? [embedded] : [], options.PollInterval, logs.CreateLogger<AccountWatch>());
        }
    }

    /// <summary>All of them as one.</summary>
    public CombinedDirectory All { get; }

    /// <summary>Each by itself, to page through.</summary>
    public IReadOnlyList<IReadableDirectory> Books { get; }

    /// <summary>Whether the embedded one is among them.</summary>
    public bool HasEmbedded { get; }

    /// <summary>Where passwords are checked that the embedded directory does not have the hashes of.</summary>
    public IReadOnlyList<IPasswordSource> Passwords => _ldapPasswords;

    /// <summary>Looks after accounts that are changed elsewhere; null where there are none.</summary>
    public AccountWatch? Watch { get; }

    public static DirectoryKind KindOf(ServerSettings settings) => settings.Get<DirectoryOptions>("Directory").Kind;

    public void Dispose()
    {
        _ldap.ForEach(directory => directory.Dispose());
        _ldapPasswords.ForEach(passwords => passwords.Dispose());
    }
}
