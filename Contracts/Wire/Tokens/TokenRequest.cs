namespace Sametime.Contracts.Wire.Tokens;

/// <summary>
/// A client asks for a token that logs in its user: who that is, the hub has said when the channel was opened, so there is no name here.
/// <code>
/// request id  uint32   chosen by the client, comes back in the answer
/// options     uint16   (TokenRequestOptions)
/// lifetime    uint32   seconds; 0 for the usual time, too much for the most there is
/// address     opaque   4 or 16 bytes: the token is good from there only; empty: from anywhere
/// </code>
/// Direction: from client. Answer: one <see cref="TokenReply"/>; answers keep the order of the requests.
/// </summary>
public readonly record struct TokenRequest(uint RequestId, TokenRequestOptions Options, uint LifetimeSeconds, Opaque Address) : IPayload<TokenRequest>
{
    public static ushort MessageType => TokenMessageTypes.Request;

    public static TokenRequest Read(ref WireReader reader) => new(
        RequestId: reader.ReadUInt32(),
        Options: (TokenRequestOptions)reader.ReadUInt16(),
        LifetimeSeconds: reader.ReadUInt32(),
        Address: reader.ReadOpaque());

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(RequestId);
        writer.WriteUInt16((ushort)Options);
        writer.WriteUInt32(LifetimeSeconds);
        writer.WriteOpaque(Address);
    }
}

/// <summary>What kind of token is asked for; bits that are not known are ignored.</summary>
[Flags]
public enum TokenRequestOptions : ushort
{
    None = 0,

    /// <summary>It logs in once and never again.</summary>
    OneTime = 1,
}
