using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Contracts.Providers;
using Sametime.Services.Providers.Ldap;
using Sametime.Tests.Kit.Servers;

namespace Sametime.Tests.Contract.Providers.Ldap;

/// <summary>The settings under which a part of a test directory is a directory of ours.</summary>
internal static class LdapSetup
{
    public static LdapServerOptions Options(LdapAccess server, LdapTree tree) => new()
    {
        Name = "Test",
        Uri = server.Uri,
        BindDn = server.Reader,
        BindPassword = server.Password,
        BaseDn = tree.BaseName,
        HomeAttribute = "departmentNumber",
        DisabledFilter = "(employeeType=disabled)",
    };

    public static LdapDirectory Open(LdapServerOptions server, LdapOptions? options = null, TimeProvider? time = null) =>
        new(server, options ?? new LdapOptions { BookLifetime = TimeSpan.Zero }, new DirectoryLimits(), time ?? TimeProvider.System, NullLogger<LdapDirectory>.Instance);
}
