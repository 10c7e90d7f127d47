namespace Sametime.Compose.Settings;

/// <summary>Where users and groups are kept.</summary>
internal enum DirectoryKind
{
    /// <summary>In the store of the community, changed by <c>sametime user</c> and <c>sametime group</c>.</summary>
    Embedded,

    /// <summary>In the LDAP directories of the section Ldap, and changed there.</summary>
    Ldap,

    /// <summary>In both; whom the embedded one knows, it decides on.</summary>
    EmbeddedAndLdap,
}

/// <summary>Which directory it is. Bound from the section <c>Directory</c>, which also holds the bounds of directories.</summary>
internal sealed class DirectoryOptions
{
    /// <summary>Embedded, in the store of the community; Ldap, in the directories of the section Ldap; or EmbeddedAndLdap, first the one, then the others.</summary>
    public DirectoryKind Kind { get; set; } = DirectoryKind.Embedded;
}
