using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;

namespace Sametime.Hub.Status;

/// <summary>One channel with its route, from the creator to the acceptor.</summary>
/// <param name="Service">What it was made for.</param>
/// <param name="IsOpen">The acceptor has accepted.</param>
/// <param name="Messages">Messages that went through it, in both directions.</param>
/// <param name="Hops">Creator, its Edges or its hub when that is another one, this hub, the acceptor's Edges or hub, acceptor.</param>
internal sealed record ChannelListing(ServiceType Service, bool IsOpen, long Messages, IReadOnlyList<ChannelHop> Hops);

/// <summary>One station of a route.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Login id of an end, node name of what lies between.</param>
/// <param name="Channel">The channel's number on that side of the hub; the hub itself knows both and shows none; 0 where another hub knows it.</param>
internal sealed record ChannelHop(ParticipantKind Kind, string Name, uint Channel);
