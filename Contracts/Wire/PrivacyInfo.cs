namespace Sametime.Contracts.Wire;

/// <summary>
/// Who may learn that a user is online.
/// <code>
/// deny   bool   true: everybody but the listed may; false: only the listed may
/// count  u32
/// users  count times UserItem; the order means nothing, libmeanwhile reverses it each time
/// </code>
/// Source: community protocol, compound types.
/// </summary>
public sealed record PrivacyInfo(bool Deny, Items<UserItem> Users)
{
    /// <summary>Nobody is denied.</summary>
    public static PrivacyInfo Everybody { get; } = new(Deny: true, Users: []);

    /// <summary>Nobody is allowed.</summary>
    public static PrivacyInfo Nobody { get; } = new(Deny: false, Users: []);

    public static PrivacyInfo Read(ref WireReader reader) => new(
        Deny: reader.ReadBool(),
        Users: reader.ReadItems(UserItem.SizeMin, UserItem.Read));

    public void Write(ref WireWriter writer)
    {
        writer.WriteBool(Deny);
        writer.WriteUInt32((uint)Users.Count);
        foreach (var user in Users)
            user.Write(ref writer);
    }
}
