namespace Sametime.Contracts.Wire.Master;

/// <summary>
/// Text from an administrator to all logins of a community or hub; clients show it in a window of its own.
/// <code>
/// text  String
/// </code>
/// Direction: server to client. Answer: none. Source: community protocol, admin.
/// </summary>
public sealed record AdminNotice(string Text) : IWireMessage<AdminNotice>
{
    public static MessageType Type => MessageType.AdminNotice;

    public static AdminNotice Read(ref WireReader reader) => new(reader.ReadString());

    public void Write(ref WireWriter writer) => writer.WriteString(Text);
}
