namespace Sametime.Broker.Links;

/// <summary>
/// What one message of the broker holds, borrowed: valid during the call it is handed to.
/// <code>
/// version    uint8     1
/// kind       uint8     ChunkKind
/// hub        uint16    number of the sending hub
/// queue      uint64    number of its queue, where an answer goes
/// stream     uint64    number of the stream, by chance, given by the end that opened it
/// sequence   uint64    0, 1, 2 ... of what this end has sent on the stream
/// body       rest      by kind
/// tag        16 bytes  see ChunkSeal
/// </code>
/// </summary>
internal readonly ref struct Chunk(ChunkKind kind, BrokerAddress sender, ulong stream, ulong sequence, ReadOnlySpan<byte> body)
{
    public const byte Version = 1;

    public const int HeaderBytes = 28;

    public ChunkKind Kind { get; } = kind;

    public BrokerAddress Sender { get; } = sender;

    public ulong Stream { get; } = stream;

    public ulong Sequence { get; } = sequence;

    public ReadOnlySpan<byte> Body { get; } = body;
}

/// <summary>What a chunk is.</summary>
internal enum ChunkKind : byte
{
    /// <summary>Begins a stream. Body: as of <see cref="Credit"/>.</summary>
    Open = 1,

    /// <summary>Bytes of the stream.</summary>
    Data = 2,

    /// <summary>Body: uint64, how many bytes the other end may have sent in all. The first one answers an Open.</summary>
    Credit = 3,

    /// <summary>The sender will send nothing more and is done with the stream once the other end says the same. No body.</summary>
    End = 4,

    /// <summary>The stream is over, or unknown to the sender. Not counted: its sequence means nothing. No body.</summary>
    Reset = 5,

    /// <summary>A hub says that it is there, see <see cref="HubBeacon"/>. Belongs to no stream.</summary>
    Beacon = 6,
}
