using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link.Applications.Awareness;

/// <summary>
/// Somebody at the sender's hub watches these users from now on.
/// <code>
/// count  uint32
/// users  count × String   user id
/// </code>
/// Direction: to the Buddy List of the users' hub. Answer: a <see cref="PresencePart"/> with all fields for each of them, also for who is not
/// there, then one at each change. Subscribing again is harmless and answered again. Errors: too many users, or an id that is empty or too
/// long, destroys the channel with RequestInvalid.
/// </summary>
public readonly record struct PresenceSubscribe(Items<string> Users) : IPayload<PresenceSubscribe>
{
    public static ushort MessageType => PresencePayloads.Subscribe;

    public static PresenceSubscribe Read(ref WireReader reader) =>
        new(Users: reader.ReadItems(minElementBytes: 2, static (ref WireReader item) => item.ReadString()));

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32((uint)Users.Count);
        foreach (var user in Users)
            writer.WriteString(user);
    }
}
