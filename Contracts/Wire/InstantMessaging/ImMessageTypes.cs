namespace Sametime.Contracts.Wire.InstantMessaging;

/// <summary>
/// The one message type on an IM channel (service <c>0x1000</c>, client to client, one channel a conversation). The hub only routes;
/// whoever logs conversations reads along. Source: community protocol, IM.
/// </summary>
public static class ImMessageTypes
{
    /// <summary>Both: <see cref="InstantMessage"/>.</summary>
    public const ushort Message = 0x0064;
}
