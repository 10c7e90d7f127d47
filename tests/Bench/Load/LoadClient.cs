using System.Buffers.Binary;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;

namespace Sametime.Tests.Bench.Load;

/// <summary>
/// One connection of the generator: frames in, frames out, no more work than needed, since the generator shares the machine
/// with the server. What the frames mean is the subject's affair.
/// </summary>
internal abstract class LoadClient : IByteStreamSink
{
    private const int FrameBytesMax = 1 << 20;

    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected LoadClient(IByteStream stream)
    {
        Stream = stream;
        stream.Start(this);
    }

    /// <summary>Ends when the client may send and receive.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Called for each message body that arrives for the scenario; the span is borrowed.</summary>
    public Action<LoadClient, ReadOnlySpan<byte>>? Received { get; set; }

    protected IByteStream Stream { get; }

    /// <summary>Sends a message body to the peer that this client is joined with.</summary>
    public abstract void Send(ReadOnlySpan<byte> body);

    /// <summary>Changes this client's status, which its watchers are told.</summary>
    public abstract void Publish(uint number);

    public void Close() => Stream.Abort();

    public int OnBytes(IByteStream stream, ReadOnlySpan<byte> bytes)
    {
        var done = 0;
        while (Frame.TryRead(bytes[done..], FrameBytesMax, out var consumed, out var kind, out var message))
        {
            done += consumed;
            if (kind == FrameKind.Message)
            {
                OnMessage((MessageType)BinaryPrimitives.ReadUInt16BigEndian(message), BinaryPrimitives.ReadUInt32BigEndian(message[4..]), message[8..]);
            }
        }

        return done;
    }

    public void OnEnded(IByteStream stream, StreamEnd end)
    {
        if (end != StreamEnd.ClosedHere)
        {
            _ready.TrySetException(new IOException($"the server ended a connection of the generator ({end})"));
        }
    }

    protected abstract void OnMessage(MessageType type, uint channel, ReadOnlySpan<byte> body);

    protected void SetReady() => _ready.TrySetResult();

    protected void SetFailed(string why) => _ready.TrySetException(new IOException(why));
}
