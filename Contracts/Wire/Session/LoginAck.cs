namespace Sametime.Contracts.Wire.Session;

/// <summary>
/// The login stands.
/// <code>
/// login     LoginInfo    full; user id is the canonical one, whatever was typed
/// internal  u16          0
/// privacy   PrivacyInfo  libmeanwhile drops it: send SetPrivacyList right after
/// status    UserStatus   dropped too
/// </code>
/// Direction: server to client. Source: community protocol, login acknowledgement.
/// </summary>
public sealed record LoginAck(LoginInfo Login, PrivacyInfo Privacy, UserStatus Status, ushort Internal = 0) : IWireMessage<LoginAck>
{
    public static MessageType Type => MessageType.LoginAck;

    public static LoginAck Read(ref WireReader reader)
    {
        var login = LoginInfo.Read(ref reader);
        var unknown = reader.ReadUInt16();
        return new LoginAck(login, PrivacyInfo.Read(ref reader), UserStatus.Read(ref reader), unknown);
    }

    public void Write(ref WireWriter writer)
    {
        Login.Write(ref writer);
        writer.WriteUInt16(Internal);
        Privacy.Write(ref writer);
        Status.Write(ref writer);
    }
}
