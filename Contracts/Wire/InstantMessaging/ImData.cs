namespace Sametime.Contracts.Wire.InstantMessaging;

/// <summary>
/// Anything that is not plain text.
/// <code>
/// 2        uint32   kind
/// type     uint32   (ImDataType)
/// subtype  uint32   0; for typing 0 = types, 1 = has stopped
/// data     opaque   by type
/// </code>
/// </summary>
public sealed record ImData(ImDataType Type, uint Subtype, Opaque Data) : InstantMessage
{
    /// <summary>The kind of every such message.</summary>
    public const uint KindNumber = 2;

    /// <summary>"Is typing".</summary>
    public static readonly ImData Typing = new(ImDataType.Typing, Subtype: 0, Data: default);

    /// <summary>"Has stopped typing".</summary>
    public static readonly ImData StoppedTyping = new(ImDataType.Typing, Subtype: 1, Data: default);

    public override uint Kind => KindNumber;

    internal static ImData ReadBody(ref WireReader reader) => new(
        Type: (ImDataType)reader.ReadUInt32(),
        Subtype: reader.ReadUInt32(),
        Data: reader.ReadOpaque());

    private protected override void WriteBody(ref WireWriter writer)
    {
        writer.WriteUInt32((uint)Type);
        writer.WriteUInt32(Subtype);
        writer.WriteOpaque(Data);
    }
}
