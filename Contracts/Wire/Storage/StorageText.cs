namespace Sametime.Contracts.Wire.Storage;

/// <summary>
/// A stored value that is text.
/// <code>
/// text  string   so 65,535 bytes at most, with a length of its own inside the value
/// </code>
/// Direction: both, inside the value of a <see cref="StorageItem"/>. Source: community protocol, storage.
/// </summary>
public readonly record struct StorageText(string Text) : IOpaqueContent<StorageText>
{
    public static StorageText Read(ref WireReader reader) => new(Text: reader.ReadString());

    public void Write(ref WireWriter writer) => writer.WriteString(Text);
}
