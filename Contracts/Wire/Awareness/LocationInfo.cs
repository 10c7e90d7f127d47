namespace Sametime.Contracts.Wire.Awareness;

/// <summary>
/// Value of the attribute <see cref="AttributeKeys.Location"/>: the place that a user shares.
/// <code>
/// country, postal code, province, city, phone  string each
/// unknown                                      byte; kept
/// name, time zone                              string each
/// </code>
/// Direction: both, inside an attribute's value. Known from a dissector only, not seen on the wire.
/// Source: community protocol, awareness attributes.
/// </summary>
public sealed record LocationInfo(
    string Country,
    string PostalCode,
    string Province,
    string City,
    string Phone,
    byte Unknown,
    string Name,
    string TimeZone) : IOpaqueContent<LocationInfo>
{
    public static LocationInfo Read(ref WireReader reader) => new(
        Country: reader.ReadString(),
        PostalCode: reader.ReadString(),
        Province: reader.ReadString(),
        City: reader.ReadString(),
        Phone: reader.ReadString(),
        Unknown: reader.ReadByte(),
        Name: reader.ReadString(),
        TimeZone: reader.ReadString());

    public void Write(ref WireWriter writer)
    {
        writer.WriteString(Country);
        writer.WriteString(PostalCode);
        writer.WriteString(Province);
        writer.WriteString(City);
        writer.WriteString(Phone);
        writer.WriteByte(Unknown);
        writer.WriteString(Name);
        writer.WriteString(TimeZone);
    }
}
