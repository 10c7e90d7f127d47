namespace Sametime.Contracts.Wire.Session;

/// <summary>
/// Sent instead of LoginAck, after the credentials were verified: log in at another host. The client follows, or insists with
/// LoginContinue. The target of a redirect must never redirect again, since clients would loop.
/// <code>
/// host       String  name or address; no port, clients keep the configured one
/// server id  String
/// </code>
/// Direction: server to client. Source: community protocol, redirect.
/// </summary>
public sealed record LoginRedirect(string Host, string ServerId) : IWireMessage<LoginRedirect>
{
    public static MessageType Type => MessageType.LoginRedirect;

    public static LoginRedirect Read(ref WireReader reader) => new(
        Host: reader.ReadString(),
        ServerId: reader.ReadString());

    public void Write(ref WireWriter writer)
    {
        writer.WriteString(Host);
        writer.WriteString(ServerId);
    }
}
