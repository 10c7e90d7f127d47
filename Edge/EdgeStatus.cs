using System.Net;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;

namespace Sametime.Edge;

/// <summary>The Edge at one moment, for status and metrics.</summary>
/// <param name="Name">This Edge.</param>
/// <param name="Upstream">Who the first open link leads to; null while none is open.</param>
/// <param name="Uplinks">Every link to a hub or an inner Edge.</param>
/// <param name="Connections">Open client connections, logged in or not.</param>
/// <param name="LoggedIn">Those that are logged in.</param>
/// <param name="OuterEdges">Names of the Edges chained behind this one.</param>
/// <param name="OuterParticipants">Clients of those that are attached through this one.</param>
/// <param name="QueuedBytes">Bytes that wait for clients.</param>
/// <param name="UplinkQueuedBytes">Bytes that wait on all links.</param>
/// <param name="CertificateDaysLeft">Days until the TLS certificate expires; null without TLS.</param>
/// <param name="Counters">Live counters.</param>
internal sealed record EdgeStatus(
    string Name,
    string? Upstream,
    IReadOnlyList<UplinkListing> Uplinks,
    int Connections,
    int LoggedIn,
    IReadOnlyList<string> OuterEdges,
    int OuterParticipants,
    long QueuedBytes,
    long UplinkQueuedBytes,
    int? CertificateDaysLeft,
    EdgeCounters Counters);

/// <summary>One link to a hub or an inner Edge.</summary>
/// <param name="Addresses">Where it leads to.</param>
/// <param name="Peer">Who is at the other end; null while it is down.</param>
/// <param name="Hub">The number of the hub there, now or when last it was open; 0 for an Edge, and while nobody knows.</param>
/// <param name="IsConfigured">This Edge was told of it; else a redirect was the reason to make it.</param>
/// <param name="Participants">Logins on it, in or to be decided.</param>
/// <param name="QueuedBytes">Bytes that wait on it.</param>
/// <param name="LastFailure">Why it is down; null while it is open.</param>
internal sealed record UplinkListing(
    IReadOnlyList<string> Addresses,
    string? Peer,
    ushort Hub,
    bool IsConfigured,
    int Participants,
    int QueuedBytes,
    string? LastFailure);

/// <summary>One connection as this hop knows it: who it is, where it goes, and the channels that cross here.</summary>
/// <param name="LoginId">Null before login.</param>
/// <param name="Kind">User or guest; null before login.</param>
/// <param name="Address">The client's, as the outermost Edge saw it.</param>
/// <param name="Security">What protects the client's own connection.</param>
/// <param name="State">Where its session is.</param>
/// <param name="Channels">Open channels in the client's numbering.</param>
/// <param name="Downstream">The chained Edge it comes through, or null for a client of this Edge.</param>
/// <param name="Upstream">The next hop toward its hub; null while it is at none.</param>
/// <param name="Chain">Edges crossed up to and with this one, outermost first.</param>
internal sealed record ConnectionListing(
    LoginId? LoginId,
    ParticipantKind? Kind,
    IPAddress? Address,
    TransportSecurity Security,
    string State,
    IReadOnlyList<ChannelId> Channels,
    string? Downstream,
    string? Upstream,
    IReadOnlyList<string> Chain);
