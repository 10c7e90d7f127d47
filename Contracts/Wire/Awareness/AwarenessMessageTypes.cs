namespace Sametime.Contracts.Wire.Awareness;

/// <summary>
/// Message types on an awareness channel (service <c>0x11</c>), which a client opens once and the Buddy List service answers.
/// Types not listed here are ignored. Source: community protocol, awareness.
/// </summary>
public static class AwarenessMessageTypes
{
    /// <summary>From client: <see cref="PresenceAdd"/>.</summary>
    public const ushort Add = 0x0068;

    /// <summary>From client: <see cref="PresenceRemove"/>.</summary>
    public const ushort Remove = 0x0069;

    /// <summary>From client: <see cref="Awareness.AttributeSet"/>.</summary>
    public const ushort SetAttribute = 0x00c9;

    /// <summary>From client: <see cref="Awareness.AttributeUnset"/>.</summary>
    public const ushort UnsetAttribute = 0x00ca;

    /// <summary>From client: <see cref="AttributeWatch"/>.</summary>
    public const ushort WatchAttributes = 0x00cb;

    /// <summary>To client: <see cref="PresenceSnapshot"/>.</summary>
    public const ushort Snapshot = 0x01f4;

    /// <summary>To client: <see cref="PresenceUpdate"/>.</summary>
    public const ushort Update = 0x01f5;

    /// <summary>To client: <see cref="PresenceGroup"/>.</summary>
    public const ushort Group = 0x01f6;

    /// <summary>To client: <see cref="AttributeSetNotice"/>.</summary>
    public const ushort AttributeSet = 0x0259;

    /// <summary>To client: <see cref="AttributeUnsetNotice"/>.</summary>
    public const ushort AttributeUnset = 0x025a;
}
