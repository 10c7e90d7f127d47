using System.Buffers;
using BenchmarkDotNet.Attributes;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;

namespace Sametime.Tests.Bench.Micro;

/// <summary>The codec on the two busy paths: cutting frames, and writing a presence update. Neither may allocate.</summary>
[MemoryDiagnoser]
[MinColumn]
public class CodecBenchmarks
{
    private readonly ArrayBufferWriter<byte> _output = new(4096);
    private readonly byte[] _stream;
    private readonly PresenceUpdate _update = new(new PresenceBlock(
        AwareId.OfUser("alice"), Group: "", IsOnline: true, "0001000000010000002A", new UserStatus(StatusCode.Away, 1_700_000_000, "lunch"), "Alice Example"));

    public CodecBenchmarks()
    {
        var frames = new ArrayBufferWriter<byte>();
        for (var i = 0; i < 100; i++)
        {
            FrameWriter.WriteSend(frames, new ChannelId(5), messageType: 0x0064, data: new byte[64]);
        }

        _stream = frames.WrittenSpan.ToArray();
    }

    /// <summary>A hundred frames of one read.</summary>
    [Benchmark(OperationsPerInvoke = 100)]
    public int CutFrames()
    {
        var done = 0;
        while (Frame.TryRead(_stream.AsSpan(done), 1 << 20, out var consumed, out _, out _))
        {
            done += consumed;
        }

        return done;
    }

    [Benchmark]
    public int WritePresenceUpdate()
    {
        _output.ResetWrittenCount();
        FrameWriter.WriteSend(_output, new ChannelId(3), _update);
        return _output.WrittenCount;
    }
}
