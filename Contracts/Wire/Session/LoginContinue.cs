namespace Sametime.Contracts.Wire.Session;

/// <summary>
/// Stays here in spite of a LoginRedirect. The body is empty. Answer: HandshakeAck and then LoginAck, in this order.
/// Direction: client to server. Source: community protocol, redirect.
/// </summary>
public readonly record struct LoginContinue : IWireMessage<LoginContinue>
{
    public static MessageType Type => MessageType.LoginContinue;

    public static LoginContinue Read(ref WireReader reader) => default;

    public void Write(ref WireWriter writer)
    {
    }
}
