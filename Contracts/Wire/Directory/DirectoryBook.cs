namespace Sametime.Contracts.Wire.Directory;

/// <summary>
/// A directory that can be opened: element of <see cref="DirectoryList"/>, named again in <see cref="DirectoryOpen"/>.
/// <code>
/// book id  uint32
/// name     string
/// </code>
/// Direction: both. Source: community protocol, directory.
/// </summary>
public readonly record struct DirectoryBook(uint Id, string Name)
{
    // The id and an empty String.
    internal const int SizeMin = 4 + 2;

    public static DirectoryBook Read(ref WireReader reader) => new(
        Id: reader.ReadUInt32(),
        Name: reader.ReadString());

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(Id);
        writer.WriteString(Name);
    }
}
