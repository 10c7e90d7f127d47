namespace Sametime.Tests.Kit.Servers;

/// <summary>Where a directory for tests is, and how it is entered.</summary>
/// <param name="Uri">In the clear, and with StartTLS.</param>
/// <param name="TlsUri">Encrypted from the start.</param>
/// <param name="CaFile">The authority that its certificate comes from.</param>
/// <param name="BaseName">What everything in it lies below.</param>
/// <param name="Admin">May do everything.</param>
/// <param name="Reader">May read, 500 entries of a search, or any number by pages.</param>
/// <param name="Password">Of both.</param>
public sealed record LdapAccess(string Uri, string TlsUri, string CaFile, string BaseName, string Admin, string Reader, string Password)
{
    private const string Prefix = "SAMETIME_TEST_LDAP";

    public static LdapAccess From(Func<string, string> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        return new LdapAccess(
            variable(Prefix), variable(Prefix + "S"), variable(Prefix + "_CA"), variable(Prefix + "_BASE"), variable(Prefix + "_ADMIN"),
            variable(Prefix + "_READER"), variable(Prefix + "_PASSWORD"));
    }
}
