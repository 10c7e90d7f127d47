namespace Sametime.Contracts.Link;

/// <summary>
/// One frame of a link, borrowed: valid during the call it is handed to.
/// <code>
/// length   uint32  bytes after this field; at most LinkLimits.FrameBytesMax
/// kind     uint8   LinkKind
/// handle   uint32  participant or request, as the kind says; else 0
/// payload  rest    by kind; for Message the client's message as it came, from its type on
/// </code>
/// </summary>
public readonly ref struct LinkFrame(LinkKind kind, uint handle, ReadOnlySpan<byte> payload)
{
    /// <summary>Bytes before the payload, the length field included.</summary>
    public const int HeaderBytes = 9;

    public LinkKind Kind { get; } = kind;

    public uint Handle { get; } = handle;

    public ReadOnlySpan<byte> Payload { get; } = payload;
}
