namespace Sametime.Contracts.Wire.Place;

/// <summary>
/// What the place, or one of its sections, is. After <see cref="PlaceJoined"/> clients wait for that of the place before they ask for the
/// members.
/// <code>
/// bytes to skip  uint32
/// section id     uint32   0 = about the place itself
/// unknown        as many bytes as the first field says; we write none
/// 0              uint16   this and the title only for the place itself
/// title          string
/// </code>
/// Direction: to client. Answer: <see cref="PlaceListRequest"/>. Source: community protocol, place.
/// </summary>
public readonly record struct PlaceInformation(uint SectionId, string Title) : IPayload<PlaceInformation>
{
    private const uint PlaceItself = 0;

    public static ushort MessageType => PlaceMessageTypes.Information;

    /// <summary>Tells the title of the place.</summary>
    public static PlaceInformation OfPlace(string title) => new(PlaceItself, title);

    public static PlaceInformation Read(ref WireReader reader)
    {
        var unknownBytes = reader.ReadUInt32();
        var sectionId = reader.ReadUInt32();
        reader.Skip((int)Math.Min(unknownBytes, int.MaxValue));
        if (sectionId != PlaceItself)
            return new(sectionId, Title: "");

        _ = reader.ReadUInt16();
        return new(sectionId, Title: reader.ReadString());
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(0);
        writer.WriteUInt32(SectionId);
        if (SectionId != PlaceItself)
            return;

        writer.WriteUInt16(0);
        writer.WriteString(Title);
    }
}
