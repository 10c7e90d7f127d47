namespace Sametime.Contracts.Wire.InstantMessaging;

/// <summary>
/// A kind of message that we do not know; it can be passed on unchanged.
/// <code>
/// kind  uint32   neither 1 nor 2
/// body  the rest of the data
/// </code>
/// </summary>
public sealed record ImUnknown : InstantMessage
{
    /// <param name="kind">Neither 1 nor 2: those have types of their own.</param>
    /// <param name="body">What follows the kind.</param>
    public ImUnknown(uint kind, Opaque body)
    {
        if (kind is ImText.KindNumber or ImData.KindNumber)
            throw new ArgumentOutOfRangeException(nameof(kind), kind, "This kind is known and has a type of its own.");
        Kind = kind;
        Body = body;
    }

    public override uint Kind { get; }

    public Opaque Body { get; }

    internal static ImUnknown ReadBody(uint kind, ref WireReader reader) => new(kind, body: new Opaque(reader.ReadRest()));

    private protected override void WriteBody(ref WireWriter writer) => writer.WriteBytes(Body.Span);
}
