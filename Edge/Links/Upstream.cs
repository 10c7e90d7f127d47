using Sametime.Contracts.Link;

namespace Sametime.Edge.Links;

/// <summary>A hub, or an inner Edge, that this Edge was told to link up to.</summary>
/// <param name="Address">Where it is, as it was told: host:port, or a word for a part of this process.</param>
/// <param name="Connector">Keeps the link to it; not started yet, on the Edge's loop.</param>
internal sealed record Upstream(string Address, ILinkConnector Connector);

/// <summary>Makes links to hubs that a redirect names.</summary>
internal interface IUpstreamDialer
{
    /// <summary>
    /// A connector, not started yet, that tries these addresses (host:port) in turn for as long as it is not disposed of. Null when
    /// none of them is one.
    /// </summary>
    ILinkConnector? Dial(IReadOnlyList<string> addresses);
}
