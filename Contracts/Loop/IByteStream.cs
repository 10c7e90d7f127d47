using System.Buffers;
using System.Net;

namespace Sametime.Contracts.Loop;

/// <summary>
/// An ordered two-way stream of bytes that lives on a loop: a TCP socket, a TLS session, or one end of an in-process
/// pipe. All members are for the loop thread. It holds no buffer while nothing is queued or half read.
/// </summary>
public interface IByteStream
{
    /// <summary>Where the peer is; null for an in-process pipe.</summary>
    IPEndPoint? Remote { get; }

    /// <summary>True when what is sent cannot be read on the way: TLS, or memory of this process.</summary>
    bool IsPrivate { get; }

    /// <summary>Bytes to be sent. They leave after <see cref="Flush"/>, gathered at the end of the turn.</summary>
    IBufferWriter<byte> Output { get; }

    /// <summary>Bytes queued and not yet taken by the operating system (or by the other end of a pipe).</summary>
    int QueuedBytes { get; }

    /// <summary>Number of the hub at the other end where the carrier knows it, else null.</summary>
    ushort? PeerHub => null;

    /// <summary>
    /// Grows, while bytes are queued, when the other end takes some: who does is alive, also when it says nothing. A carrier that
    /// cannot tell stays at 0.
    /// </summary>
    long PeerProgress => 0;

    /// <summary>When the oldest queued byte was queued (<see cref="TimeProvider.GetTimestamp"/>), or 0 when nothing is queued.</summary>
    long OldestQueuedAt { get; }

    /// <summary>Asks that everything in <see cref="Output"/> leaves at the end of this turn.</summary>
    void Flush();

    /// <summary>
    /// Sends bytes that many streams share: straight from <paramref name="bytes"/> when nothing is queued before them,
    /// else by a copy into the queue. The caller may reuse the buffer when this returns.
    /// </summary>
    void SendShared(ReadOnlySpan<byte> bytes);

    /// <summary>Begins to hand bytes to <paramref name="sink"/>. Once only.</summary>
    void Start(IByteStreamSink sink);

    /// <summary>Stops reading, so that the peer is slowed down by TCP; bytes already read are kept.</summary>
    void PauseReading();

    /// <summary>Reads again, beginning with the bytes kept.</summary>
    void ResumeReading();

    /// <summary>Sends what is queued, half-closes, gives the peer <paramref name="linger"/> to read it, then closes.</summary>
    void Close(TimeSpan linger);

    /// <summary>Ends the stream at once and drops what is queued (a reset, on TCP).</summary>
    void Abort();
}

/// <summary>Who reads a stream.</summary>
public interface IByteStreamSink
{
    /// <summary>
    /// Bytes have arrived. Returns how many of them, from the start, are done with; the rest is handed over again in
    /// front of the next ones. The span is valid during the call only.
    /// </summary>
    int OnBytes(IByteStream stream, ReadOnlySpan<byte> bytes);

    /// <summary>The stream is over. Called exactly once, also after <see cref="IByteStream.Close"/> and <see cref="IByteStream.Abort"/>.</summary>
    void OnEnded(IByteStream stream, StreamEnd end);
}

/// <summary>Why a stream is over.</summary>
public enum StreamEnd
{
    /// <summary>The peer closed its side.</summary>
    PeerClosed,

    /// <summary>The connection was reset or failed.</summary>
    Reset,

    /// <summary>This side closed or aborted it.</summary>
    ClosedHere,
}
