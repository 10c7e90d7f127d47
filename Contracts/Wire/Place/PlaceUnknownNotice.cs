namespace Sametime.Contracts.Wire.Place;

/// <summary>
/// A subtype of notice that we do not know.
/// <code>
/// subtype  uint16   none of 0, 1, 3
/// body     the rest of the data
/// </code>
/// </summary>
public sealed record PlaceUnknownNotice : PlaceSectionNotice
{
    /// <param name="subtype">None of 0, 1, 3: those have types of their own.</param>
    /// <param name="body">What follows the subtype.</param>
    public PlaceUnknownNotice(ushort subtype, Opaque body)
    {
        if (subtype is PlaceMembers.SubtypeNumber or PlacePeerNotice.SubtypeNumber or PlaceLeft.SubtypeNumber)
            throw new ArgumentOutOfRangeException(nameof(subtype), subtype, "This subtype is known and has a type of its own.");
        Subtype = subtype;
        Body = body;
    }

    public override ushort Subtype { get; }

    public Opaque Body { get; }

    internal static PlaceUnknownNotice ReadBody(ushort subtype, ref WireReader reader) => new(subtype, body: new Opaque(reader.ReadRest()));

    private protected override void WriteBody(ref WireWriter writer) => writer.WriteBytes(Body.Span);
}
