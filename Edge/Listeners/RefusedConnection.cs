using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;

namespace Sametime.Edge.Listeners;

/// <summary>A connection that is only told why it is not taken.</summary>
internal sealed class RefusedConnection(Action ended) : IByteStreamSink
{
    public void Tell(IByteStream stream, Reason reason, TimeSpan linger)
    {
        stream.Start(this);
        FrameWriter.Write(stream.Output, new ChannelDestroy(reason));
        stream.Flush();
        stream.Close(linger);
    }

    public int OnBytes(IByteStream stream, ReadOnlySpan<byte> bytes) => bytes.Length;

    public void OnEnded(IByteStream stream, StreamEnd end) => ended();
}
