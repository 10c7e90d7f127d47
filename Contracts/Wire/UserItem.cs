namespace Sametime.Contracts.Wire;

/// <summary>
/// One user of a privacy list.
/// <code>
/// full       bool    whether a name follows
/// user id    String
/// community  String
/// name       String  only if full; null here if not
/// </code>
/// Source: community protocol, compound types.
/// </summary>
public readonly record struct UserItem(UserId User, string Community = "", string? Name = null)
{
    /// <summary>Least bytes on the wire: bool and two empty Strings.</summary>
    public const int SizeMin = 5;

    public static UserItem Read(ref WireReader reader)
    {
        var full = reader.ReadBool();
        return new UserItem(
            User: new UserId(reader.ReadString()),
            Community: reader.ReadString(),
            Name: full ? reader.ReadString() : null);
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteBool(Name is not null);
        writer.WriteString(User.Value);
        writer.WriteString(Community);
        if (Name is not null)
            writer.WriteString(Name);
    }
}
