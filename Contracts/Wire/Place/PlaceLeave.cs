namespace Sametime.Contracts.Wire.Place;

/// <summary>
/// A client leaves. The clients at hand destroy their channel instead, which means the same.
/// <code>
/// 3        uint16   subtype
/// unknown  the rest of the data
/// </code>
/// Answer: none; the others get <see cref="PlacePeerLeft"/>.
/// </summary>
public sealed record PlaceLeave(Opaque Unknown) : PlaceSectionRequest
{
    internal const ushort SubtypeNumber = 3;

    public override ushort Subtype => SubtypeNumber;

    internal static PlaceLeave ReadBody(ref WireReader reader) => new(Unknown: new Opaque(reader.ReadRest()));

    private protected override void WriteBody(ref WireWriter writer) => writer.WriteBytes(Unknown.Span);
}
