namespace Sametime.Contracts.Wire.Master;

/// <summary>
/// From a client: store this list and obey it. From the server: your list is now this; sent to all logins of the user, which is also
/// the acknowledgement. libpurple overwrites its own list with whatever arrives.
/// <code>
/// privacy  PrivacyInfo
/// </code>
/// Direction: both. Source: community protocol, set privacy list.
/// </summary>
public sealed record SetPrivacyList(PrivacyInfo Privacy) : IWireMessage<SetPrivacyList>
{
    public static MessageType Type => MessageType.SetPrivacyList;

    public static SetPrivacyList Read(ref WireReader reader) => new(PrivacyInfo.Read(ref reader));

    public void Write(ref WireWriter writer) => Privacy.Write(ref writer);
}
