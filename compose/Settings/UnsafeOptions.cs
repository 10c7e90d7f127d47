namespace Sametime.Compose.Settings;

/// <summary>What makes the server less safe than it is: for old programs that cannot do better, and for tests. Each use is logged.</summary>
internal sealed class UnsafeOptions
{
    /// <summary>Networks from which a password may come outside TLS in the clear, or with a key that travels beside it.</summary>
    public IReadOnlyList<string> WeakAuthTypesFrom { get; set; } = [];

    /// <summary>Lets passwords go to an LDAP directory on another machine in the clear.</summary>
    public bool PlainLdap { get; set; }

    /// <summary>Networks of Edges that need not know the link key: whoever can send from there can be an Edge.</summary>
    public IReadOnlyList<string> IpOnlyEdges { get; set; } = [];

    /// <summary>Networks of server applications that need not know the link key: whoever can send from there can be one.</summary>
    public IReadOnlyList<string> IpOnlyApplications { get; set; } = [];
}
