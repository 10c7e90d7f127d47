using Sametime.Tests.Kit.Servers;

namespace Sametime.Tests.Interop.Servers;

/// <summary><c>sametime up</c> for a community whose users are in an LDAP directory: the visitors, written there by the directory's own tools.</summary>
internal sealed class OnLdap : Topology
{
    private readonly LdapAccess _directory;
    private readonly OwnServices? _own;
    private readonly ServerProcess _all;

    private OnLdap(LdapAccess directory, OwnServices? own, LdapTree tree)
    {
        (_directory, _own, Tree) = (directory, own, tree);
        _all = new("server", ["up", "--data", Data("hub"), "--port", Text(Port), "--host", Host, .. Settings]);
    }

    /// <summary>How soon a disabled account is noticed.</summary>
    public static TimeSpan PollInterval { get; } = TimeSpan.FromSeconds(2);

    /// <summary>What the directory holds.</summary>
    public LdapTree Tree { get; }

    public override IReadOnlyList<ServerProcess> Processes => [_all];

    protected override IEnumerable<string> DataDirectories => [Data("hub")];

    private string PasswordFile => Path.Combine(Data("hub"), "ldap-password");

    /// <summary>A further name that a user logs in with.</summary>
    public static string MailOf(TestUser user) => $"{user.Name}@example.test";

    /// <summary>In the directory that all tests share.</summary>
    public static Task<OnLdap> PlantAsync(CancellationToken stop) => PlantAsync(TestServices.Ldap, null, stop);

    /// <summary>In a directory of its own, which ends with it.</summary>
    public static Task<OnLdap> PlantAsync(OwnServices own, CancellationToken stop) => PlantAsync(own.Ldap, own, stop);

    private static async Task<OnLdap> PlantAsync(LdapAccess directory, OwnServices? own, CancellationToken stop)
    {
        var tree = await LdapTree.PlantAsync(directory, stop);
        await tree.AddAsync(
            UserDirectory.Visitors.Select(user => tree.Person(user.Name, user.Display, user.Password, [MailOf(user)]))
                .Append(tree.Group(UserDirectory.Group, UserDirectory.GroupMembers.Select(user => user.Name))),
            stop);
        return new OnLdap(directory, own, tree);
    }

    protected override async Task MakeStoreAsync()
    {
        UserDirectory.MakeFolder(Data("hub"));
        await File.WriteAllTextAsync(PasswordFile, _directory.Password + "\n", TestContext.Current.CancellationToken);

        // In the data directory, so that the commands know it too.
        await File.WriteAllTextAsync(
            Path.Combine(Data("hub"), "sametime.json"),
            $$"""
            {
              "Directory": { "Kind": "Ldap" },
              "Ldap": {
                "PollInterval": "{{PollInterval}}",
                "Servers": [
                  {
                    "Uri": "{{_directory.Uri}}", "BindDn": "{{_directory.Reader}}", "BindPasswordFile": "{{PasswordFile}}",
                    "BaseDn": "{{Tree.BaseName}}", "DisabledFilter": "(employeeType=disabled)"
                  }
                ]
              }
            }
            """,
            TestContext.Current.CancellationToken);
    }

    protected override async ValueTask DropStoreAsync()
    {
        if (_own is null)
        {
            await Tree.DisposeAsync();
        }
        else
        {
            await _own.DisposeAsync();
        }
    }
}
