namespace Sametime.Contracts.Wire.Conference;

/// <summary>
/// Message types on a conference channel (service <c>0x80000010</c>). The server is the conference; each member has one channel to it.
/// Types not listed here are ignored. Source: community protocol, conference.
/// </summary>
public static class ConferenceMessageTypes
{
    /// <summary>To client: <see cref="ConferenceWelcome"/>.</summary>
    public const ushort Welcome = 0x0000;

    /// <summary>From client: <see cref="ConferenceInvite"/>.</summary>
    public const ushort Invite = 0x0001;

    /// <summary>From client: <see cref="ConferenceJoin"/>. To client: <see cref="ConferenceJoined"/>.</summary>
    public const ushort Join = 0x0002;

    /// <summary>To client: <see cref="ConferenceLeft"/>.</summary>
    public const ushort Left = 0x0003;

    /// <summary>From client: <see cref="ConferenceMessage"/>. To client: <see cref="ConferenceMessageNotice"/>.</summary>
    public const ushort Message = 0x0004;
}
