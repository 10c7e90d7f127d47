namespace Sametime.Contracts.Wire.InstantMessaging;

/// <summary>
/// A line of plain text, or a piece of a long message.
/// <code>
/// 1     uint32   kind
/// text  string
/// </code>
/// </summary>
public sealed record ImText(string Text) : InstantMessage
{
    /// <summary>The kind of every such message.</summary>
    public const uint KindNumber = 1;

    public override uint Kind => KindNumber;

    internal static ImText ReadBody(ref WireReader reader) => new(Text: reader.ReadString());

    private protected override void WriteBody(ref WireWriter writer) => writer.WriteString(Text);

    /// <summary>The length only: what people say belongs into no log.</summary>
    public override string ToString() => $"ImText of {Text.Length} characters";
}
