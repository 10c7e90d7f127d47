using System.Net;
using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link;

/// <summary>
/// Whom links are accepted from: the address must be listed for the role, *and* the shared key must be known. A role
/// without a list is not accepted at all. Ends in this process have no address and need only the key.
/// </summary>
/// <param name="Key">The shared key; empty accepts nobody but those of <paramref name="UnsafeIpOnly"/>.</param>
/// <param name="Listed">Addresses for each role.</param>
/// <param name="UnsafeIpOnly">
/// Addresses for each role that need not know the key, for components that cannot: whoever can send from such an address
/// can be that component. They prove and seal with an empty key.
/// </param>
public sealed record LinkTrust(
    ReadOnlyMemory<byte> Key,
    IReadOnlyDictionary<LinkRole, IReadOnlyList<IPNetwork>> Listed,
    IReadOnlyDictionary<LinkRole, IReadOnlyList<IPNetwork>>? UnsafeIpOnly = null)
{
    /// <summary>This machine.</summary>
    public static IReadOnlyList<IPNetwork> Loopback { get; } = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")];

    /// <summary>Accepts the roles from this machine only.</summary>
    public static LinkTrust OfLoopback(ReadOnlyMemory<byte> key, params ReadOnlySpan<LinkRole> roles)
    {
        var listed = new Dictionary<LinkRole, IReadOnlyList<IPNetwork>>();
        foreach (var role in roles)
            listed[role] = Loopback;
        return new LinkTrust(key, listed);
    }

    /// <summary>True when links of this role are accepted at all.</summary>
    public bool IsAccepted(LinkRole role) => Listed.ContainsKey(role) || UnsafeIpOnly?.ContainsKey(role) == true;

    /// <summary>True when the role may come from the address and prove itself by the key.</summary>
    public bool IsListed(LinkRole role, IPAddress? address) =>
        Listed.TryGetValue(role, out var networks) && (address is null || Contains(networks, address));

    /// <summary>True when the role may come from the address without the key.</summary>
    public bool IsTrustedByAddressAlone(LinkRole role, IPAddress? address) =>
        address is not null && UnsafeIpOnly is not null && UnsafeIpOnly.TryGetValue(role, out var networks) && Contains(networks, address);

    // A listener for both families shows IPv4 peers as ::ffff:a.b.c.d.
    private static bool Contains(IReadOnlyList<IPNetwork> networks, IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return networks.Any(network => network.Contains(plain));
    }
}

/// <summary>Why a link did not come about, or ended before it was open.</summary>
/// <param name="Reason">For programs.</param>
/// <param name="Why">One sentence for the operator.</param>
/// <param name="Address">The other end; null in process or when there was none.</param>
public sealed record LinkFailure(Reason Reason, string Why, IPAddress? Address);
