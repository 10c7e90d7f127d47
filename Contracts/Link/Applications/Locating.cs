using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link.Applications;

/// <summary>
/// Application to hub: where are these users? Answered with a <see cref="UserLocated"/> for each of them, at once also for who is nowhere,
/// and again at every change until <see cref="Unlocate"/> or the end of the link. Asking again is answered again and changes nothing else.
/// <code>users  count + String each  user ids</code>
/// Errors: an empty id, one beyond the hub's limit of characters, and users beyond its limit for one application are passed over.
/// </summary>
public sealed record Locate(Items<UserId> Users) : ILinkPayload<Locate>
{
    public static LinkKind Kind => LinkKind.Locate;

    public static Locate Read(ref WireReader reader) => new(UserIds.Read(ref reader));

    public void Write(ref WireWriter writer) => UserIds.Write(ref writer, Users);
}

/// <summary>Application to hub: where these users are does not matter any more. Who was not asked for is ignored.
/// <code>users  count + String each  user ids</code></summary>
public sealed record Unlocate(Items<UserId> Users) : ILinkPayload<Unlocate>
{
    public static LinkKind Kind => LinkKind.Unlocate;

    public static Unlocate Read(ref WireReader reader) => new(UserIds.Read(ref reader));

    public void Write(ref WireWriter writer) => UserIds.Write(ref writer, Users);
}

/// <summary>
/// Where a user is online now, told to who has asked by <see cref="Locate"/> and nobody else.
/// <code>
/// user    String
/// logins  count + (login id String, hub String) each  hub = login id of the hub that has the login; none = he is offline everywhere
/// </code>
/// A hub that cannot be reached keeps its users for the time of its lease, so that a short break is no going and coming.
/// </summary>
public sealed record UserLocated(UserId User, Items<LocatedLogin> Logins) : ICommunityEvent<UserLocated>
{
    public static CommunityEventKinds Kind => CommunityEventKinds.UserLocated;

    public static UserLocated Read(ref WireReader reader) => new(
        new UserId(reader.ReadString()),
        reader.ReadItems(minElementBytes: 4, static (ref WireReader r) =>
        {
            _ = LoginId.TryParse(r.ReadString(), out var login);
            _ = LoginId.TryParse(r.ReadString(), out var hub);
            return new LocatedLogin(login, hub);
        }));

    public void Write(ref WireWriter writer)
    {
        writer.WriteString(User.Value);
        writer.WriteUInt32((uint)Logins.Count);
        foreach (var login in Logins)
        {
            writer.WriteString(login.Login.ToString());
            writer.WriteString(login.Hub.ToString());
        }
    }
}

/// <summary>A login, and the hub that has it.</summary>
public readonly record struct LocatedLogin(LoginId Login, LoginId Hub);

internal static class UserIds
{
    public static Items<UserId> Read(ref WireReader reader) =>
        reader.ReadItems(minElementBytes: 2, static (ref WireReader r) => new UserId(r.ReadString()));

    public static void Write(ref WireWriter writer, Items<UserId> users)
    {
        writer.WriteUInt32((uint)users.Count);
        foreach (var user in users)
            writer.WriteString(user.Value);
    }
}
