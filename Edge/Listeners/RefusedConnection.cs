using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;

namespace Sametime.Edge.Listeners;

/// <summary>A connection that is only told why it is not taken; told once it reads the stream.</summary>
internal sealed class RefusedConnection(Action ended) : IByteStreamSink
{
    public static void Tell(IByteStream stream, Reason reason, TimeSpan linger)
    {
        FrameWriter.Write(stream.Output, new ChannelDestroy(reason));
        stream.Flush();
        stream.Close(linger);
    }

    public int OnBytes(IByteStream stream, ReadOnlySpan<byte> bytes) => bytes.Length;

    public void OnEnded(IByteStream stream, StreamEnd end) => ended();
}
