using Sametime.Contracts.Crypto;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link.Applications;

/// <summary>
/// A question with one answer between a hub and a server application, in either direction.
/// <code>
/// Request: handle = the asker's number for it; payload: service uint32, code uint16, then the fields
/// Reply:   handle = that number;               payload: reason uint32 (0 = answered), then the fields of the answer
/// </code>
/// A request without an answer in time ends with <see cref="Reason.ServerNotResponding"/> at the asker.
/// </summary>
public interface ILinkRequest<TSelf, TReply>
    where TSelf : ILinkRequest<TSelf, TReply>
    where TReply : ILinkReply<TReply>
{
    /// <summary>The service asked; the hub itself answers for <see cref="CommunityServices.Community"/>.</summary>
    static abstract ServiceType Service { get; }

    static abstract ushort Code { get; }

    static abstract TSelf Read(ref WireReader reader);

    void Write(ref WireWriter writer);
}

/// <summary>The answer to an <see cref="ILinkRequest{TSelf,TReply}"/>.</summary>
public interface ILinkReply<TSelf>
    where TSelf : ILinkReply<TSelf>
{
    static abstract TSelf Read(ref WireReader reader);

    void Write(ref WireWriter writer);
}

/// <summary>An answer that says no more than its reason.</summary>
public readonly record struct Done : ILinkReply<Done>
{
    public static Done Read(ref WireReader reader) => default;

    public void Write(ref WireWriter writer)
    {
    }
}

/// <summary>
/// Hub to Users: is this who he says? Refusals come as the reply's reason (IncorrectLogin, UserRestricted, TokenExpired,
/// ServerNotResponding ...), as they are to be told to the client.
/// <code>login name String, credential kind uint16, credential opaque (sealed for the link), address opaque, client type uint16, security uint8,
/// attempt opaque (of the Attach; may be absent)</code>
/// </summary>
public sealed record AuthenticateRequest(
    string LoginName,
    CredentialKind CredentialKind,
    Opaque SealedCredential,
    Opaque Address,
    ClientType ClientType,
    TransportSecurity Security,
    Opaque Attempt = default) : ILinkRequest<AuthenticateRequest, AuthenticateReply>
{
    public static ServiceType Service => CommunityServices.Users;

    public static ushort Code => 1;

    public static AuthenticateRequest Read(ref WireReader reader) => new(
        reader.ReadString(), (CredentialKind)reader.ReadUInt16(), reader.ReadOpaque(), reader.ReadOpaque(),
        (ClientType)reader.ReadUInt16(), (TransportSecurity)reader.ReadByte(), reader.Remaining > 0 ? reader.ReadOpaque() : default);

    public void Write(ref WireWriter writer)
    {
        writer.WriteString(LoginName);
        writer.WriteUInt16((ushort)CredentialKind);
        writer.WriteOpaque(SealedCredential);
        writer.WriteOpaque(Address);
        writer.WriteUInt16((ushort)ClientType);
        writer.WriteByte((byte)Security);
        writer.WriteOpaque(Attempt);
    }
}

/// <summary>Users to hub: the user, by his lasting identity.
/// <code>user id String, display name String, description String, home hub String (empty = any)</code></summary>
public sealed record AuthenticateReply(UserId UserId, string DisplayName, string Description, string HomeHub) : ILinkReply<AuthenticateReply>
{
    public static AuthenticateReply Read(ref WireReader reader) => new(
        new UserId(reader.ReadString()), reader.ReadString(), reader.ReadString(), reader.ReadString());

    public void Write(ref WireWriter writer)
    {
        writer.WriteString(UserId.Value);
        writer.WriteString(DisplayName);
        writer.WriteString(Description);
        writer.WriteString(HomeHub);
    }
}

/// <summary>Hub to Privacy: the stored list of a user; "everybody" when he never saved one.
/// <code>user id String</code></summary>
public sealed record LoadPrivacyRequest(UserId UserId) : ILinkRequest<LoadPrivacyRequest, PrivacyReply>
{
    public static ServiceType Service => CommunityServices.Privacy;

    public static ushort Code => 1;

    public static LoadPrivacyRequest Read(ref WireReader reader) => new(new UserId(reader.ReadString()));

    public void Write(ref WireWriter writer) => writer.WriteString(UserId.Value);
}

/// <summary>Privacy to hub: the list.
/// <code>privacy PrivacyInfo</code></summary>
public sealed record PrivacyReply(PrivacyInfo Privacy) : ILinkReply<PrivacyReply>
{
    public static PrivacyReply Read(ref WireReader reader) => new(PrivacyInfo.Read(ref reader));

    public void Write(ref WireWriter writer) => Privacy.Write(ref writer);
}

/// <summary>Hub to Privacy: store this list. Answered when it is durable.
/// <code>user id String, login id String (who saved), privacy PrivacyInfo</code></summary>
public sealed record SavePrivacyRequest(UserId UserId, string LoginId, PrivacyInfo Privacy) : ILinkRequest<SavePrivacyRequest, Done>
{
    public static ServiceType Service => CommunityServices.Privacy;

    public static ushort Code => 2;

    public static SavePrivacyRequest Read(ref WireReader reader) => new(new UserId(reader.ReadString()), reader.ReadString(), PrivacyInfo.Read(ref reader));

    public void Write(ref WireWriter writer)
    {
        writer.WriteString(UserId.Value);
        writer.WriteString(LoginId);
        Privacy.Write(ref writer);
    }
}

/// <summary>Application to hub: end these logins of a user (removed, disabled).
/// <code>user id String, reason uint32</code></summary>
public sealed record DiscardUserRequest(UserId UserId, Reason Reason) : ILinkRequest<DiscardUserRequest, Done>
{
    public static ServiceType Service => CommunityServices.Community;

    public static ushort Code => 1;

    public static DiscardUserRequest Read(ref WireReader reader) => new(new UserId(reader.ReadString()), (Reason)reader.ReadUInt32());

    public void Write(ref WireWriter writer)
    {
        writer.WriteString(UserId.Value);
        writer.WriteUInt32((uint)Reason);
    }
}

/// <summary>User Storage to hub: stored data of a user has changed; tell his other logins (STORAGE_EVENT_OTM).
/// <code>user id String, login id String (who saved, not told), keys count + uint32 each</code></summary>
public sealed record StorageChangedRequest(UserId UserId, string LoginId, Items<uint> Keys) : ILinkRequest<StorageChangedRequest, Done>
{
    public static ServiceType Service => CommunityServices.Community;

    public static ushort Code => 2;

    public static StorageChangedRequest Read(ref WireReader reader) => new(
        new UserId(reader.ReadString()), reader.ReadString(), reader.ReadItems(minElementBytes: 4, static (ref WireReader r) => r.ReadUInt32()));

    public void Write(ref WireWriter writer)
    {
        writer.WriteString(UserId.Value);
        writer.WriteString(LoginId);
        writer.WriteUInt32((uint)Keys.Count);
        foreach (var key in Keys)
        {
            writer.WriteUInt32(key);
        }
    }
}
