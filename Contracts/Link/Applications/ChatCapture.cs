using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link.Applications;

/// <summary>Chat Logging to its hub: whether conversations are captured, from the next message on. A hub that was never told captures nothing.
/// <code>mode uint8  ChatLogMode, encrypted uint8  EncryptedChat</code></summary>
public readonly record struct CapturePolicy(ChatLogMode Mode, EncryptedChat Encrypted) : ILinkPayload<CapturePolicy>
{
    public static LinkKind Kind => LinkKind.CapturePolicy;

    public static CapturePolicy Read(ref WireReader reader) => new((ChatLogMode)reader.ReadByte(), (EncryptedChat)reader.ReadByte());

    public void Write(ref WireWriter writer)
    {
        writer.WriteByte((byte)Mode);
        writer.WriteByte((byte)Encrypted);
    }
}

/// <summary>One captured fact, numbered by the hub in its stream of conversations.</summary>
/// <param name="Sequence">1, 2, 3, ... in the stream.</param>
/// <param name="Occurred">When it happened, by the clock of the hub.</param>
/// <param name="Correlation">The conversation.</param>
/// <param name="Name">Lasting name of the event.</param>
/// <param name="Version">Version of its fields.</param>
/// <param name="Fields">Its fields as JSON, UTF-8.</param>
public sealed record CapturedFact(long Sequence, DateTimeOffset Occurred, string Correlation, string Name, int Version, Opaque Fields);

/// <summary>
/// Hub to Chat Logging: these were captured. Answered when all of them are durable; the same facts may come twice and are stored once.
/// <code>
/// hub uint16, incarnation uint32, count uint32, each:
///   sequence uint64, occurred uint64 (ticks of 100 ns since year 1, UTC), correlation String, name String, version uint16, fields opaque
/// </code>
/// </summary>
public sealed record CaptureRequest(ushort Hub, uint Incarnation, Items<CapturedFact> Facts) : ILinkRequest<CaptureRequest, Done>
{
    private const int FactBytesMin = 8 + 8 + 2 + 2 + 2 + 4;

    public static ServiceType Service => CommunityServices.ChatLogging;

    public static ushort Code => 1;

    public static CaptureRequest Read(ref WireReader reader) =>
        new(reader.ReadUInt16(), reader.ReadUInt32(), reader.ReadItems(FactBytesMin, ReadFact));

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt16(Hub);
        writer.WriteUInt32(Incarnation);
        writer.WriteUInt32((uint)Facts.Count);
        foreach (var fact in Facts)
        {
            writer.WriteUInt64((ulong)fact.Sequence);
            writer.WriteUInt64((ulong)fact.Occurred.UtcTicks);
            writer.WriteString(fact.Correlation);
            writer.WriteString(fact.Name);
            writer.WriteUInt16((ushort)fact.Version);
            writer.WriteOpaque(fact.Fields);
        }
    }

    private static CapturedFact ReadFact(ref WireReader reader)
    {
        var sequence = (long)reader.ReadUInt64();
        var ticks = (long)reader.ReadUInt64();
        var occurred = ticks >= 0 && ticks <= DateTimeOffset.MaxValue.UtcTicks ? new DateTimeOffset(ticks, TimeSpan.Zero) : DateTimeOffset.MinValue;
        return new CapturedFact(sequence, occurred, reader.ReadString(), reader.ReadString(), reader.ReadUInt16(), reader.ReadOpaque());
    }
}
