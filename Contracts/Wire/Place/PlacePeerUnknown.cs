namespace Sametime.Contracts.Wire.Place;

/// <summary>
/// Something happened to a member that we have no name for.
/// <code>
/// 1 uint16 subtype
/// happened  uint16   none of 0, 1, 3, 4
/// body      the rest of the data
/// </code>
/// </summary>
public sealed record PlacePeerUnknown : PlacePeerNotice
{
    /// <param name="happened">None of 0, 1, 3, 4: those have types of their own.</param>
    /// <param name="body">What follows.</param>
    public PlacePeerUnknown(ushort happened, Opaque body)
    {
        if (happened is PlacePeerCame.Number or PlacePeerLeft.Number or PlacePeerAttributeCleared.Number or PlacePeerAttributeSet.Number)
            throw new ArgumentOutOfRangeException(nameof(happened), happened, "This is known and has a type of its own.");
        Happened = happened;
        Body = body;
    }

    public override ushort Happened { get; }

    public Opaque Body { get; }

    internal static PlacePeerUnknown ReadPeer(ushort happened, ref WireReader reader) => new(happened, body: new Opaque(reader.ReadRest()));

    private protected override void WritePeer(ref WireWriter writer) => writer.WriteBytes(Body.Span);
}
