namespace Sametime.Contracts.Wire.Place;

/// <summary>
/// What a client is told of a section: <see cref="PlaceMembers"/>, a <see cref="PlacePeerNotice"/>, <see cref="PlaceLeft"/>, or
/// <see cref="PlaceUnknownNotice"/>.
/// <code>
/// subtype  uint16   0 = PlaceMembers, 1 = PlacePeerNotice, 3 = PlaceLeft
/// body     by subtype
/// </code>
/// Direction: to client. Answer: none. Source: community protocol, place sections.
/// </summary>
public abstract record PlaceSectionNotice : IPayload<PlaceSectionNotice>
{
    public static ushort MessageType => PlaceMessageTypes.Section;

    /// <summary>Which of the bodies follows (u16).</summary>
    public abstract ushort Subtype { get; }

    public static PlaceSectionNotice Read(ref WireReader reader) => reader.ReadUInt16() switch
    {
        PlaceMembers.SubtypeNumber => PlaceMembers.ReadBody(ref reader),
        PlacePeerNotice.SubtypeNumber => PlacePeerNotice.ReadBody(ref reader),
        PlaceLeft.SubtypeNumber => PlaceLeft.ReadBody(ref reader),
        var subtype => PlaceUnknownNotice.ReadBody(subtype, ref reader),
    };

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt16(Subtype);
        WriteBody(ref writer);
    }

    private protected abstract void WriteBody(ref WireWriter writer);
}
