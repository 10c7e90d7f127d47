using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Hubs;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Hub.Providing;
using Sametime.Hub.Routing;

namespace Sametime.Hub.Clique;

/// <summary>
/// Another hub as this one sees it: one participant, in whose channel table stands every channel that crosses the link between the two.
/// What such a channel is called on the link differs at the two ends by the top bit: who asked for it has it in the creator's half.
/// </summary>
internal sealed class HubPeer : Provider
{
    private HubHello? _hello;

    public HubPeer(ILink link, DateTimeOffset since) => (Link, Since, IsLoggedIn) = (link, since, true);

    public override ParticipantKind Kind => ParticipantKind.Hub;

    public override string Name => Link!.Peer.Name;

    public ushort Number => Link!.Peer.HubNumber;

    /// <summary>It has said who it is; before that it is in no listing and nothing is sent to it.</summary>
    public bool HasJoined => _hello is not null;

    /// <summary>Which start of it this is.</summary>
    public uint Incarnation => _hello?.Incarnation ?? 0;

    /// <summary>The cluster it is a member of; empty when none.</summary>
    public string Cluster => _hello?.Cluster ?? "";

    /// <summary>Where Edges link up to it, best first.</summary>
    public IReadOnlyList<string> LinkAddresses { get; private set; } = [];

    /// <summary>Its services for everybody, as it has said last.</summary>
    public Dictionary<ServiceType, Offer> Offered { get; } = [];

    public override ushort LoadOf(ServiceType service) => Offered[service].Load;

    /// <summary>Recipients behind it of the one-to-many message at hand.</summary>
    public RecipientList Recipients { get; } = new();

    /// <summary>Where clients connect to reach it, as it has said.</summary>
    public Items<Entrance> Entrances { get; set; } = [];

    public void Join(HubHello hello)
    {
        _hello = hello;
        LoginId = hello.Node;
        LinkAddresses = [.. hello.LinkAddresses];
    }
}
