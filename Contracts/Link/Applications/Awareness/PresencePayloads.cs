using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link.Applications.Awareness;

/// <summary>
/// The channel between the Buddy Lists of two hubs (service <see cref="CommunityServices.Awareness"/>): the one that has watchers opens it,
/// says whom they watch, and is told how these are at the other hub. However many watch a user, he is subscribed to once.
/// Types not listed here are ignored.
/// </summary>
public static class PresencePayloads
{
    public const uint Version = 1;

    /// <summary>From the watchers' side: <see cref="PresenceSubscribe"/>.</summary>
    public const ushort Subscribe = 1;

    /// <summary>From the watchers' side: <see cref="PresenceUnsubscribe"/>.</summary>
    public const ushort Unsubscribe = 2;

    /// <summary>To the watchers' side: <see cref="PresenceParts"/>.</summary>
    public const ushort Parts = 3;

    public static ProtocolType Protocol => new(CommunityServices.Awareness.Value);
}
