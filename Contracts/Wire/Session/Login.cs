namespace Sametime.Contracts.Wire.Session;

/// <summary>
/// Name and proof of identity.
/// <code>
/// client type  u16     as in Handshake                          (ClientType)
/// login name   String  what the user typed; empty asks for a guest login
/// auth data    Opaque  its layout depends on auth type; a secret, never logged
/// auth type    u16                                              (AuthType)
/// unknown      u16     0; may be absent, null here
/// </code>
/// Direction: client to server. Answer: LoginAck, LoginRedirect, or ChannelDestroy of channel 0. Source: community protocol, login.
/// </summary>
public sealed record Login(ClientType ClientType, string LoginName, Opaque AuthData, AuthType AuthType, ushort? Unknown = 0)
    : IWireMessage<Login>
{
    public static MessageType Type => MessageType.Login;

    public static Login Read(ref WireReader reader) => new(
        ClientType: (ClientType)reader.ReadUInt16(),
        LoginName: reader.ReadString(),
        AuthData: reader.ReadOpaque(),
        AuthType: (AuthType)reader.ReadUInt16(),
        Unknown: reader.Remaining > 0 ? reader.ReadUInt16() : null);

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt16((ushort)ClientType);
        writer.WriteString(LoginName);
        writer.WriteOpaque(AuthData);
        writer.WriteUInt16((ushort)AuthType);
        if (Unknown is { } unknown)
            writer.WriteUInt16(unknown);
    }
}
