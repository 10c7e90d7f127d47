using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link.Applications.Awareness;

/// <summary>
/// Nobody at the sender's hub watches these users any longer.
/// <code>
/// count  uint32
/// users  count × String   user id
/// </code>
/// Direction: to the Buddy List of the users' hub. Answer: none; what was told before this arrived may still be on its way. Who was not
/// subscribed to is ignored.
/// </summary>
public readonly record struct PresenceUnsubscribe(Items<string> Users) : IPayload<PresenceUnsubscribe>
{
    public static ushort MessageType => PresencePayloads.Unsubscribe;

    public static PresenceUnsubscribe Read(ref WireReader reader) =>
        new(Users: reader.ReadItems(minElementBytes: 2, static (ref WireReader item) => item.ReadString()));

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32((uint)Users.Count);
        foreach (var user in Users)
            writer.WriteString(user);
    }
}
