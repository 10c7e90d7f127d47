using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link.Applications;

/// <summary>Services that components ask one another for; clients never name them. The numbers are ours and lie outside the ranges that clients use.</summary>
public static class CommunityServices
{
    /// <summary>The hub's own service: events of the community, and acts on logins.</summary>
    public static ServiceType Community => new(0x00C0_0001);

    /// <summary>Authentication, by password or token.</summary>
    public static ServiceType Users => new(0x00C0_0002);

    /// <summary>Stored privacy lists.</summary>
    public static ServiceType Privacy => new(0x00C0_0003);

    /// <summary>One-time message to a user's logins: his stored data has changed.</summary>
    public static ServiceType StorageEvent => new(0x00C0_0004);

    /// <summary>The Buddy List of one hub, for those of the other hubs (<see cref="Sametime.Contracts.Link.Applications.Awareness.PresencePayloads"/>).</summary>
    public static ServiceType Awareness => new(0x00C0_0005);

    /// <summary>The log of conversations: tells the hub whether to capture them, and takes what it captured.</summary>
    public static ServiceType ChatLogging => new(0x00C0_0006);

    /// <summary>The directory, for hubs: who is in a public group.</summary>
    public static ServiceType Directory => new(0x00C0_0007);

    /// <summary>Tokens made on request of other applications (<see cref="IssueTokenRequest"/>).</summary>
    public static ServiceType Tokens => new(0x00C0_0008);

    /// <summary>Every hub's own: sees to it that each user is at one hub only. It is listed, and asked nothing.</summary>
    public static ServiceType LoginCop => new(0x00C0_0010);

    /// <summary>Every hub's own: where places are, and are to be (<see cref="AllocatePlaceRequest"/>). Users are asked for by <see cref="Locate"/>.</summary>
    public static ServiceType OnlineDirectory => new(0x00C0_0011);
}
