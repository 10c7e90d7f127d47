using Sametime.Contracts.Link;
using Sametime.Contracts.Wire;

namespace Sametime.Broker.Links;

/// <summary>
/// A hub says that it is there. Sent to all at a fixed interval, and at once to a hub that has not been heard of before.
/// <code>
/// incarnation   uint32
/// process       uint64   by chance, new with each start
/// leaving       uint8    1 when the hub stops, else 0
/// name          String   node name
/// </code>
/// The sequence of its chunk counts the beacons of the process, so an old one that is sent again is known.
/// </summary>
internal sealed record HubBeacon(uint Incarnation, ulong Process, bool IsLeaving, string Name)
{
    /// <summary>Null when the bytes are no beacon.</summary>
    public static HubBeacon? Read(ReadOnlySpan<byte> body)
    {
        var reader = new WireReader(body);
        var beacon = new HubBeacon(
            Incarnation: reader.ReadUInt32(),
            Process: ((ulong)reader.ReadUInt32() << 32) | reader.ReadUInt32(),
            IsLeaving: reader.ReadBool(),
            Name: reader.ReadString());
        return reader.Error is null && LinkLimits.IsName(beacon.Name) ? beacon : null;
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(Incarnation);
        writer.WriteUInt32((uint)(Process >> 32));
        writer.WriteUInt32((uint)Process);
        writer.WriteBool(IsLeaving);
        writer.WriteString(Name);
    }
}
