using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link.Hubs;

/// <summary>
/// Hub to hub: everything in the sender's part of the Online Directory, in as many frames as it takes, one right after the other.
/// <code>
/// incarnation  uint32  which start of the sender
/// sequence     uint64  of the last delta that is contained; the same in every frame of one snapshot
/// number       uint32  of this frame: 0, 1, 2 ...
/// last         bool    no further frame follows
/// digest       uint64  of the whole part
/// entries      count + DirectoryChange  logins that have come, places that were opened
/// </code>
/// Sent after the HubHello, and as the answer to a <see cref="DirectoryAsk"/>. Answer: none.
/// </summary>
public sealed record DirectorySnapshot(uint Incarnation, ulong Sequence, uint Number, bool IsLast, ulong Digest, Items<DirectoryChange> Entries)
    : ILinkPayload<DirectorySnapshot>
{
    public static LinkKind Kind => LinkKind.DirectorySnapshot;

    public static DirectorySnapshot Read(ref WireReader reader) => new(
        reader.ReadUInt32(), reader.ReadUInt64(), reader.ReadUInt32(), reader.ReadBool(), reader.ReadUInt64(),
        reader.ReadItems(DirectoryChange.BytesMin, DirectoryChange.Read));

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(Incarnation);
        writer.WriteUInt64(Sequence);
        writer.WriteUInt32(Number);
        writer.WriteBool(IsLast);
        writer.WriteUInt64(Digest);
        writer.WriteUInt32((uint)Entries.Count);
        foreach (var entry in Entries)
            entry.Write(ref writer);
    }
}
