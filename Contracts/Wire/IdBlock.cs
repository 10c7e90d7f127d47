namespace Sametime.Contracts.Wire;

/// <summary>
/// Whom a channel or message is for.
/// <code>
/// user       String  a user id, a login id, or empty = whoever provides the service
/// community  String  empty for our own
/// </code>
/// Source: community protocol, compound types.
/// </summary>
public readonly record struct IdBlock(string User, string Community = "")
{
    /// <summary>Addresses the provider of a service.</summary>
    public static IdBlock Nobody => new("");

    public static IdBlock Read(ref WireReader reader) => new(
        User: reader.ReadString(),
        Community: reader.ReadString());

    public void Write(ref WireWriter writer)
    {
        writer.WriteString(User);
        writer.WriteString(Community);
    }
}
