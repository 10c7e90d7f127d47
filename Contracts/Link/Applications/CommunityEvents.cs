using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link.Applications;

/// <summary>What the COMMUNITY service tells its subscribers. On the link the kind stands before the event's own fields, as uint32.</summary>
[Flags]
public enum CommunityEventKinds : uint
{
    None = 0,
    LoggedIn = 1,
    LoggedOut = 2,
    StatusChanged = 4,
    PrivacyChanged = 8,
    ServiceChanged = 16,
    ComponentChanged = 32,
    SnapshotComplete = 64,
    All = 127,

    // Not subscribed to: each is told to the one application that it is for.
    UserLocated = 128,
    PlaceTaken = 256,
}

/// <summary>One community event: its fields, in order.</summary>
public interface ICommunityEvent<TSelf>
    where TSelf : ICommunityEvent<TSelf>
{
    static abstract CommunityEventKinds Kind { get; }

    static abstract TSelf Read(ref WireReader reader);

    void Write(ref WireWriter writer);
}

/// <summary>A user or guest has logged in.
/// <code>login LoginInfo, kind uint8, status UserStatus, privacy PrivacyInfo</code></summary>
public sealed record LoggedIn(LoginInfo Login, ParticipantKind ParticipantKind, UserStatus Status, PrivacyInfo Privacy) : ICommunityEvent<LoggedIn>
{
    public static CommunityEventKinds Kind => CommunityEventKinds.LoggedIn;

    public static LoggedIn Read(ref WireReader reader) => new(
        LoginInfo.Read(ref reader), (ParticipantKind)reader.ReadByte(), UserStatus.Read(ref reader), PrivacyInfo.Read(ref reader));

    public void Write(ref WireWriter writer)
    {
        Login.Write(ref writer);
        writer.WriteByte((byte)ParticipantKind);
        Status.Write(ref writer);
        Privacy.Write(ref writer);
    }
}

/// <summary>A login is over.
/// <code>login id String, user id String, reason uint32</code></summary>
public sealed record LoggedOut(string LoginId, string UserId, Reason Reason) : ICommunityEvent<LoggedOut>
{
    public static CommunityEventKinds Kind => CommunityEventKinds.LoggedOut;

    public static LoggedOut Read(ref WireReader reader) => new(reader.ReadString(), reader.ReadString(), (Reason)reader.ReadUInt32());

    public void Write(ref WireWriter writer)
    {
        writer.WriteString(LoginId);
        writer.WriteString(UserId);
        writer.WriteUInt32((uint)Reason);
    }
}

/// <summary>A login has said a new status.
/// <code>login id String, user id String, status UserStatus</code></summary>
public sealed record StatusChanged(string LoginId, string UserId, UserStatus Status) : ICommunityEvent<StatusChanged>
{
    public static CommunityEventKinds Kind => CommunityEventKinds.StatusChanged;

    public static StatusChanged Read(ref WireReader reader) => new(reader.ReadString(), reader.ReadString(), UserStatus.Read(ref reader));

    public void Write(ref WireWriter writer)
    {
        writer.WriteString(LoginId);
        writer.WriteString(UserId);
        Status.Write(ref writer);
    }
}

/// <summary>A user's privacy list has changed, and is stored.
/// <code>user id String, privacy PrivacyInfo</code></summary>
public sealed record PrivacyChanged(string UserId, PrivacyInfo Privacy) : ICommunityEvent<PrivacyChanged>
{
    public static CommunityEventKinds Kind => CommunityEventKinds.PrivacyChanged;

    public static PrivacyChanged Read(ref WireReader reader) => new(reader.ReadString(), PrivacyInfo.Read(ref reader));

    public void Write(ref WireWriter writer)
    {
        writer.WriteString(UserId);
        Privacy.Write(ref writer);
    }
}

/// <summary>A service can be had, or no longer.
/// <code>service uint32, up bool</code></summary>
public sealed record ServiceChanged(ServiceType Service, bool Up) : ICommunityEvent<ServiceChanged>
{
    public static CommunityEventKinds Kind => CommunityEventKinds.ServiceChanged;

    public static ServiceChanged Read(ref WireReader reader) => new(new ServiceType(reader.ReadUInt32()), reader.ReadBool());

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(Service.Value);
        writer.WriteBool(Up);
    }
}

/// <summary>A component (Edge, application, hub) has come or gone.
/// <code>kind uint8, name String, login id String, up bool, reason uint32</code></summary>
public sealed record ComponentChanged(ParticipantKind ParticipantKind, string Name, string LoginId, bool Up, Reason Reason) : ICommunityEvent<ComponentChanged>
{
    public static CommunityEventKinds Kind => CommunityEventKinds.ComponentChanged;

    public static ComponentChanged Read(ref WireReader reader) => new(
        (ParticipantKind)reader.ReadByte(), reader.ReadString(), reader.ReadString(), reader.ReadBool(), (Reason)reader.ReadUInt32());

    public void Write(ref WireWriter writer)
    {
        writer.WriteByte((byte)ParticipantKind);
        writer.WriteString(Name);
        writer.WriteString(LoginId);
        writer.WriteBool(Up);
        writer.WriteUInt32((uint)Reason);
    }
}

/// <summary>Ends the present state that a new subscriber is told first. No fields.</summary>
public readonly record struct SnapshotComplete : ICommunityEvent<SnapshotComplete>
{
    public static CommunityEventKinds Kind => CommunityEventKinds.SnapshotComplete;

    public static SnapshotComplete Read(ref WireReader reader) => default;

    public void Write(ref WireWriter writer)
    {
    }
}
