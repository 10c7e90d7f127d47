namespace Sametime.Contracts.Wire.Place;

/// <summary>
/// What a client wants of a section: <see cref="PlaceListRequest"/>, <see cref="PlaceLeave"/>, or <see cref="PlaceUnknownRequest"/>, which is
/// ignored.
/// <code>
/// subtype  uint16   2 = PlaceListRequest, 3 = PlaceLeave
/// body     by subtype
/// </code>
/// Direction: from client. Source: community protocol, place sections.
/// </summary>
public abstract record PlaceSectionRequest : IPayload<PlaceSectionRequest>
{
    public static ushort MessageType => PlaceMessageTypes.Section;

    /// <summary>Which of the bodies follows (u16).</summary>
    public abstract ushort Subtype { get; }

    public static PlaceSectionRequest Read(ref WireReader reader) => reader.ReadUInt16() switch
    {
        PlaceListRequest.SubtypeNumber => PlaceListRequest.ReadBody(ref reader),
        PlaceLeave.SubtypeNumber => PlaceLeave.ReadBody(ref reader),
        var subtype => PlaceUnknownRequest.ReadBody(subtype, ref reader),
    };

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt16(Subtype);
        WriteBody(ref writer);
    }

    private protected abstract void WriteBody(ref WireWriter writer);
}
