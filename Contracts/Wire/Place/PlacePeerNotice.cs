namespace Sametime.Contracts.Wire.Place;

/// <summary>
/// Something happened to another member: <see cref="PlacePeerCame"/>, <see cref="PlacePeerLeft"/>, <see cref="PlacePeerAttributeSet"/>,
/// <see cref="PlacePeerAttributeCleared"/>, or <see cref="PlacePeerUnknown"/>.
/// <code>
/// 1         uint16   subtype
/// happened  uint16   0 = came, 1 = left, 3 = attribute cleared, 4 = attribute set
/// body      by what happened
/// </code>
/// Direction: to client. Answer: none. Source: community protocol, place sections.
/// </summary>
public abstract record PlacePeerNotice : PlaceSectionNotice
{
    internal const ushort SubtypeNumber = 1;

    public override ushort Subtype => SubtypeNumber;

    /// <summary>Which of the bodies follows (u16).</summary>
    public abstract ushort Happened { get; }

    internal static PlacePeerNotice ReadBody(ref WireReader reader) => reader.ReadUInt16() switch
    {
        PlacePeerCame.Number => PlacePeerCame.ReadPeer(ref reader),
        PlacePeerLeft.Number => PlacePeerLeft.ReadPeer(ref reader),
        PlacePeerAttributeCleared.Number => PlacePeerAttributeCleared.ReadPeer(ref reader),
        PlacePeerAttributeSet.Number => PlacePeerAttributeSet.ReadPeer(ref reader),
        var happened => PlacePeerUnknown.ReadPeer(happened, ref reader),
    };

    private protected sealed override void WriteBody(ref WireWriter writer)
    {
        writer.WriteUInt16(Happened);
        WritePeer(ref writer);
    }

    private protected abstract void WritePeer(ref WireWriter writer);
}
