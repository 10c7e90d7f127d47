namespace Sametime.Contracts.Wire.Tokens;

/// <summary>
/// The token, or the reason why there is none.
/// <code>
/// request id  uint32   that of the <see cref="TokenRequest"/>
/// result      uint32   (Reason) Success; RequestInvalid (an address of another length); NoSuchUser (the directory does not know him any
///                      more); ServerNotResponding (ask again later)
/// expires     uint64   seconds since 1970, UTC; 0 without a token
/// token       opaque   ASCII text, to be shown as it is with auth type 1; empty without one
/// </code>
/// Direction: to client. Answer: none.
/// </summary>
public readonly record struct TokenReply(uint RequestId, Reason Result, ulong ExpiresSeconds, Opaque Token) : IPayload<TokenReply>
{
    public static ushort MessageType => TokenMessageTypes.Reply;

    /// <summary>No token, for a reason.</summary>
    public static TokenReply Refused(uint requestId, Reason why) => new(requestId, why, 0, default);

    public static TokenReply Read(ref WireReader reader) => new(
        RequestId: reader.ReadUInt32(),
        Result: (Reason)reader.ReadUInt32(),
        ExpiresSeconds: reader.ReadUInt64(),
        Token: reader.ReadOpaque());

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(RequestId);
        writer.WriteUInt32((uint)Result);
        writer.WriteUInt64(ExpiresSeconds);
        writer.WriteOpaque(Token);
    }
}
