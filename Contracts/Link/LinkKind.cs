namespace Sametime.Contracts.Link;

/// <summary>What a link frame is. Unknown kinds are ignored and counted, so that newer peers can talk to older ones.</summary>
public enum LinkKind : byte
{
    // Between the two ends of the link itself (LinkSession).
    Hello = 1,
    Challenge = 2,
    Proof = 3,
    Welcome = 4,
    Refused = 5,
    Ping = 6,
    Pong = 7,

    // Before the next Message of the same handle: the trace it belongs to.
    TraceContext = 8,

    // Participants behind an Edge (Edge to hub, Edge to Edge). Handle: the participant, numbered by the Edge end.
    Attach = 16,
    Attached = 17,
    Detach = 18,
    Message = 19,
    Fanout = 20,
    Broadcast = 21,
    Redirect = 22,
    EdgeHello = 23,

    // Server applications. Handle: 0, or the request's number.
    Provide = 32,
    Withdraw = 33,
    Load = 34,
    Subscribe = 35,
    CommunityEvent = 36,
    Request = 37,
    Reply = 38,
    Locate = 39,
    Unlocate = 40,
    CapturePolicy = 41,

    // Between two hubs; Message, Fanout, Broadcast, Request and Reply also go here. Handle: 0, or the request's number.
    HubHello = 48,
    DirectorySnapshot = 49,
    DirectoryDelta = 50,
    DirectoryDigest = 51,
    DirectoryAsk = 52,
    Offers = 53,
    ForeignCreate = 54,
    ForeignOneTime = 55,
    ForeignAnnounce = 56,
    Roster = 57,

    // No fields. Handle: the number of the inquiry. The answer comes behind every change that happened before it was asked.
    DirectoryInquiry = 58,
    DirectoryInquired = 59,
}

/// <summary>What a component logs in to a link as. It is trusted for this role and no other.</summary>
public enum LinkRole : byte
{
    /// <summary>A multiplexer: concentrates client connections.</summary>
    Edge = 1,

    /// <summary>A hub: the accepting end of Edge and application links, and both ends of a link between hubs.</summary>
    Hub = 2,

    /// <summary>A server application.</summary>
    Application = 3,
}
