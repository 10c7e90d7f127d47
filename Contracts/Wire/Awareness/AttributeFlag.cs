namespace Sametime.Contracts.Wire.Awareness;

/// <summary>
/// Value of an attribute that says yes or no.
/// <code>
/// uint16   0 or 1
/// </code>
/// Written with two bytes, as libmeanwhile does; read with one, two or four, since other writers differ. An empty value is no.
/// Direction: both, inside an attribute's value. Source: community protocol, awareness attributes.
/// </summary>
public readonly record struct AttributeFlag(bool IsSet) : IOpaqueContent<AttributeFlag>
{
    public static AttributeFlag Read(ref WireReader reader) => new(IsSet: reader.ReadRest().ContainsAnyExcept((byte)0));

    public void Write(ref WireWriter writer) => writer.WriteUInt16(IsSet ? (ushort)1 : (ushort)0);
}
