using System.Buffers;
using System.Buffers.Binary;
using Sametime.Contracts.Link;
using Sametime.Contracts.Loop;

namespace Sametime.Tests.Unit.Link;

/// <summary>The other end of a link as a hostile or sick program would be it: it sends what the test says and remembers the frames it gets.</summary>
internal sealed class RawPeer : IByteStreamSink
{
    private readonly IByteStream _stream;
    private int _framesLeft = int.MaxValue;

    public RawPeer(IByteStream stream)
    {
        _stream = stream;
        stream.Start(this);
    }

    public List<(LinkKind Kind, byte[] Payload)> Frames { get; } = [];

    public StreamEnd? End { get; private set; }

    public void Send(LinkKind kind, ReadOnlySpan<byte> payload)
    {
        LinkFrameWriter.Write(_stream.Output, kind, 0, payload, []);
        _stream.Flush();
    }

    public void Send<TPayload>(in TPayload payload)
        where TPayload : ILinkPayload<TPayload>
    {
        LinkFrameWriter.Write(_stream.Output, 0, payload);
        _stream.Flush();
    }

    public void SendBytes(ReadOnlySpan<byte> bytes)
    {
        _stream.Output.Write(bytes);
        _stream.Flush();
    }

    public void StopReading() => _stream.PauseReading();

    public void Close() => _stream.Close(TimeSpan.Zero);

    public void Reset() => _stream.Abort();

    /// <summary>Reads so many frames more, then stops again.</summary>
    public void Read(int frames)
    {
        _framesLeft = frames;
        _stream.ResumeReading();
    }

    public int OnBytes(IByteStream stream, ReadOnlySpan<byte> bytes)
    {
        var used = 0;
        while (bytes.Length - used >= LinkFrame.HeaderBytes && _framesLeft > 0)
        {
            var size = sizeof(uint) + BinaryPrimitives.ReadInt32BigEndian(bytes[used..]);
            if (bytes.Length - used < size)
                break;
            Frames.Add(((LinkKind)bytes[used + 4], bytes[(used + LinkFrame.HeaderBytes)..(used + size)].ToArray()));
            used += size;
            _framesLeft--;
        }
        if (_framesLeft == 0)
            StopReading();
        return used;
    }

    public void OnEnded(IByteStream stream, StreamEnd end) => End = end;
}
