using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link.Applications;

/// <summary>
/// Application to Users, by way of its hub: make a token that logs in this user, for a program of his that cannot ask for his password.
/// The application answers for it that he wants that. Refused with NoSuchUser, RequestInvalid (an address of another length, too long a
/// text) and ServerNotResponding.
/// <code>
/// user id String, options uint8 (1 = good once only), lifetime uint32 (seconds; 0 = the usual time, too much = the most there is),
/// address opaque (4 or 16 bytes: good from there only; empty: from anywhere), for String (who asked, for the books: a login id or node name)
/// </code>
/// </summary>
public sealed record IssueTokenRequest(UserId UserId, bool OneTime, uint LifetimeSeconds, Opaque Address, string For)
    : ILinkRequest<IssueTokenRequest, IssueTokenReply>
{
    private const byte OneTimeOption = 1;

    public static ServiceType Service => CommunityServices.Tokens;

    public static ushort Code => 1;

    public static IssueTokenRequest Read(ref WireReader reader) => new(
        new UserId(reader.ReadString()), (reader.ReadByte() & OneTimeOption) != 0, reader.ReadUInt32(), reader.ReadOpaque(), reader.ReadString());

    public void Write(ref WireWriter writer)
    {
        writer.WriteString(UserId.Value);
        writer.WriteByte(OneTime ? OneTimeOption : (byte)0);
        writer.WriteUInt32(LifetimeSeconds);
        writer.WriteOpaque(Address);
        writer.WriteString(For);
    }
}

/// <summary>Users to the application that asked: the token. On each link it is sealed anew, as a credential is.
/// <code>token opaque (sealed for the link), expires uint64 (milliseconds since 1970, UTC)</code></summary>
public sealed record IssueTokenReply(Opaque SealedToken, ulong ExpiresMilliseconds) : ILinkReply<IssueTokenReply>
{
    public static IssueTokenReply Read(ref WireReader reader) => new(reader.ReadOpaque(), reader.ReadUInt64());

    public void Write(ref WireWriter writer)
    {
        writer.WriteOpaque(SealedToken);
        writer.WriteUInt64(ExpiresMilliseconds);
    }
}
