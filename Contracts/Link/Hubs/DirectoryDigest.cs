using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link.Hubs;

/// <summary>
/// Hub to every other hub, every few seconds: how far the sender's part of the Online Directory is, so that a lost end is noticed too.
/// <code>
/// incarnation  uint32  which start of the sender
/// sequence     uint64  of its last delta
/// digest       uint64  of its part
/// </code>
/// Answer: none, or a <see cref="DirectoryAsk"/> when the receiver has something else.
/// </summary>
public readonly record struct DirectoryDigest(uint Incarnation, ulong Sequence, ulong Digest) : ILinkPayload<DirectoryDigest>
{
    public static LinkKind Kind => LinkKind.DirectoryDigest;

    public static DirectoryDigest Read(ref WireReader reader) => new(reader.ReadUInt32(), reader.ReadUInt64(), reader.ReadUInt64());

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(Incarnation);
        writer.WriteUInt64(Sequence);
        writer.WriteUInt64(Digest);
    }
}

/// <summary>Hub to hub: what I have of your part of the Online Directory is not what you have. No fields. Answer: a <see cref="DirectorySnapshot"/>.</summary>
public readonly record struct DirectoryAsk : ILinkPayload<DirectoryAsk>
{
    public static LinkKind Kind => LinkKind.DirectoryAsk;

    public static DirectoryAsk Read(ref WireReader reader) => default;

    public void Write(ref WireWriter writer)
    {
    }
}
