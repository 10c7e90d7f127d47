using System.Net;
using Sametime.Contracts.Link;

namespace Sametime.Compose.Settings;

/// <summary>
/// From where components may log in, by kind, as networks (10.0.0.0/8). They must know the link key besides. A kind without
/// a network listed comes from this machine only.
/// </summary>
internal sealed class TrustOptions
{
    /// <summary>Edges, also those chained behind another Edge.</summary>
    public IReadOnlyList<string> Edges { get; set; } = [];

    /// <summary>Server applications.</summary>
    public IReadOnlyList<string> Applications { get; set; } = [];

    /// <summary>What a listener goes by that takes these roles.</summary>
    public LinkTrust ToTrust(ReadOnlyMemory<byte> key, UnsafeOptions weaker, params IReadOnlyList<LinkRole> roles) => new(
        key,
        roles.ToDictionary(role => role, Listed),
        roles.ToDictionary(role => role, role => role == LinkRole.Edge
            ? Networks.Parse("Unsafe:IpOnlyEdges", weaker.IpOnlyEdges)
            : Networks.Parse("Unsafe:IpOnlyApplications", weaker.IpOnlyApplications)));

    private IReadOnlyList<IPNetwork> Listed(LinkRole role)
    {
        var networks = role == LinkRole.Edge ? Networks.Parse("Trust:Edges", Edges) : Networks.Parse("Trust:Applications", Applications);
        return networks.Count > 0 ? networks : LinkTrust.Loopback;
    }
}
