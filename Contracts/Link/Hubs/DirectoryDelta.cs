using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link.Hubs;

/// <summary>
/// Hub to every other hub: what one turn has changed in the sender's part of the Online Directory, in the order it happened.
/// <code>
/// incarnation  uint32  which start of the sender
/// sequence     uint64  1, 2, 3 ... in that incarnation
/// digest       uint64  of the part with these changes
/// changes      count + DirectoryChange
/// </code>
/// Answer: none, or a <see cref="DirectoryAsk"/> when it does not fit to what was known.
/// </summary>
public sealed record DirectoryDelta(uint Incarnation, ulong Sequence, ulong Digest, Items<DirectoryChange> Changes) : ILinkPayload<DirectoryDelta>
{
    public static LinkKind Kind => LinkKind.DirectoryDelta;

    public static DirectoryDelta Read(ref WireReader reader) => new(
        reader.ReadUInt32(), reader.ReadUInt64(), reader.ReadUInt64(), reader.ReadItems(DirectoryChange.BytesMin, DirectoryChange.Read));

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(Incarnation);
        writer.WriteUInt64(Sequence);
        writer.WriteUInt64(Digest);
        writer.WriteUInt32((uint)Changes.Count);
        foreach (var change in Changes)
            change.Write(ref writer);
    }
}
