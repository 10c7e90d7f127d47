namespace Sametime.Contracts.Wire.Place;

/// <summary>
/// A subtype of request that we do not know; ignored.
/// <code>
/// subtype  uint16   neither 2 nor 3
/// body     the rest of the data
/// </code>
/// </summary>
public sealed record PlaceUnknownRequest : PlaceSectionRequest
{
    /// <param name="subtype">Neither 2 nor 3: those have types of their own.</param>
    /// <param name="body">What follows the subtype.</param>
    public PlaceUnknownRequest(ushort subtype, Opaque body)
    {
        if (subtype is PlaceListRequest.SubtypeNumber or PlaceLeave.SubtypeNumber)
            throw new ArgumentOutOfRangeException(nameof(subtype), subtype, "This subtype is known and has a type of its own.");
        Subtype = subtype;
        Body = body;
    }

    public override ushort Subtype { get; }

    public Opaque Body { get; }

    internal static PlaceUnknownRequest ReadBody(ushort subtype, ref WireReader reader) => new(subtype, body: new Opaque(reader.ReadRest()));

    private protected override void WriteBody(ref WireWriter writer) => writer.WriteBytes(Body.Span);
}
