using Sametime.Contracts.Link.Participants;

namespace Sametime.Hub.Status;

/// <summary>One participant, as an operator sees it.</summary>
/// <param name="Kind">User, guest, Edge, application or hub.</param>
/// <param name="LoginId">Its login id.</param>
/// <param name="Hub">The hub that owns it.</param>
/// <param name="Name">Node name, or display name of a user.</param>
/// <param name="UserId">User id; empty for components.</param>
/// <param name="Edges">Edges between it and the hub, outermost first.</param>
/// <param name="Channels">Its open channels, the master channel not counted.</param>
/// <param name="Since">When it was accepted.</param>
internal sealed record ParticipantListing(
    ParticipantKind Kind, string LoginId, string Hub, string Name, string UserId, IReadOnlyList<string> Edges, int Channels, DateTimeOffset Since);
