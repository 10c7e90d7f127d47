using Sametime.Contracts.Link;
using Sametime.Edge.Links;

namespace Sametime.Tests.Unit.Edge.Support;

/// <summary>Leads to the hubs that a test plays, by their addresses, and remembers what it was asked for.</summary>
internal sealed class FixedDialer : IUpstreamDialer
{
    public Dictionary<string, ILinkConnector> Hubs { get; } = [];

    public List<IReadOnlyList<string>> Dialled { get; } = [];

    public ILinkConnector? Dial(IReadOnlyList<string> addresses)
    {
        Dialled.Add(addresses);
        return addresses.Select(address => Hubs.GetValueOrDefault(address)).FirstOrDefault(hub => hub is not null);
    }
}
