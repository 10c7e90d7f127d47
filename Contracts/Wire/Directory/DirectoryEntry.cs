namespace Sametime.Contracts.Wire.Directory;

/// <summary>
/// A user or group of a directory: element of <see cref="DirectoryFound"/>.
/// <code>
/// kind        uint16   (DirectoryEntryKind)
/// id          string   user id or group id
/// long name   string   only for users; else empty and absent
/// short name  string
/// 0           uint16
/// </code>
/// Direction: to client. Known from a client's source only, not seen on the wire. Source: community protocol, directory.
/// </summary>
public readonly record struct DirectoryEntry(DirectoryEntryKind Kind, string Id, string LongName, string ShortName)
{
    // Kind, two empty Strings, and the number at the end.
    internal const int SizeMin = 2 + (2 * 2) + 2;

    public static DirectoryEntry Read(ref WireReader reader)
    {
        var kind = (DirectoryEntryKind)reader.ReadUInt16();
        var entry = new DirectoryEntry(
            kind,
            Id: reader.ReadString(),
            LongName: kind == DirectoryEntryKind.User ? reader.ReadString() : "",
            ShortName: reader.ReadString());
        _ = reader.ReadUInt16();
        return entry;
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt16((ushort)Kind);
        writer.WriteString(Id);
        if (Kind == DirectoryEntryKind.User)
            writer.WriteString(LongName);
        writer.WriteString(ShortName);
        writer.WriteUInt16(0);
    }
}
