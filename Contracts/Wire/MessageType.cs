namespace Sametime.Contracts.Wire;

/// <summary>
/// Type of a message of the community protocol, the first field of its header (u16). Values not listed are ignored and counted.
/// C: client to server; S: server to client. Source: community protocol, message types.
/// </summary>
public enum MessageType : ushort
{
    /// <summary>C, first message of a connection.</summary>
    Handshake = 0x0000,

    /// <summary>C, name and proof of identity.</summary>
    Login = 0x0001,

    /// <summary>Both. Travels on the master channel; the new id is in the body.</summary>
    ChannelCreate = 0x0002,

    /// <summary>Both. On channel 0 it ends the session.</summary>
    ChannelDestroy = 0x0003,

    /// <summary>Both, data on a channel.</summary>
    ChannelSend = 0x0004,

    /// <summary>Both.</summary>
    ChannelAccept = 0x0006,

    /// <summary>Both. A message without a channel and without an answer.</summary>
    OneTime = 0x0007,

    /// <summary>Both.</summary>
    SetUserStatus = 0x0009,

    /// <summary>Both.</summary>
    SetPrivacyList = 0x000b,

    /// <summary>Both: asks for a service, and says that it can be had.</summary>
    SenseService = 0x0011,

    /// <summary>C: stays in spite of a redirect.</summary>
    LoginContinue = 0x0016,

    /// <summary>S: log in at another host.</summary>
    LoginRedirect = 0x0018,

    /// <summary>S: text from an administrator to everybody.</summary>
    AdminNotice = 0x0019,

    /// <summary>Both.</summary>
    Announce = 0x0022,

    /// <summary>C, seen from official clients near the handshake; its layout is unknown, it is ignored always.</summary>
    HandshakeSyn = 0x0025,

    /// <summary>S, answers Handshake.</summary>
    HandshakeAck = 0x8000,

    /// <summary>S, answers Login.</summary>
    LoginAck = 0x8001,
}

/// <summary>Bits of the second header field (u16); all others are 0. Source: community protocol, message header.</summary>
[Flags]
public enum MessageOptions : ushort
{
    None = 0,

    /// <summary>The data of this ChannelSend is encrypted.</summary>
    Encrypted = 0x4000,

    /// <summary>An Opaque of unknown content stands between header and body.</summary>
    Attributes = 0x8000,
}
