namespace Sametime.Contracts.Wire.Resolve;

/// <summary>
/// A user or group that a name may mean: element of a <see cref="ResolveResult"/>.
/// <code>
/// id           string   user id or group id, spelled as the client will use it
/// name         string   display name
/// description  string
/// kind         uint32   (ResolveKind)
/// </code>
/// Direction: to client. Source: community protocol, resolve.
/// </summary>
public readonly record struct ResolveMatch(string Id, string Name, string Description, ResolveKind Kind)
{
    // Three empty Strings and the kind.
    internal const int SizeMin = (3 * 2) + 4;

    public static ResolveMatch Read(ref WireReader reader) => new(
        Id: reader.ReadString(),
        Name: reader.ReadString(),
        Description: reader.ReadString(),
        Kind: (ResolveKind)reader.ReadUInt32());

    public void Write(ref WireWriter writer)
    {
        writer.WriteString(Id);
        writer.WriteString(Name);
        writer.WriteString(Description);
        writer.WriteUInt32((uint)Kind);
    }
}
