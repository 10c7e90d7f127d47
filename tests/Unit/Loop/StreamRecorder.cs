using Sametime.Contracts.Loop;
using Sametime.Tests.Kit.Ends;
using Sametime.Tests.Kit.Loop;

namespace Sametime.Tests.Unit.Loop;

/// <summary>Takes records of a fixed size off a stream and remembers them.</summary>
internal sealed class StreamRecorder(int recordBytes = 1) : IByteStreamSink
{
    private readonly TaskCompletionSource<StreamEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _enough = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public MemoryStream Bytes { get; } = new();

    public int Wanted { get; init; } = int.MaxValue;

    /// <summary>Called in each call that brings bytes, before they are looked at.</summary>
    public Action<IByteStream>? OnCall { get; init; }

    /// <summary>Called in each call that brings a whole record.</summary>
    public Action<IByteStream>? OnRecord { get; init; }

    public int EndCount { get; private set; }

    public StreamEnd? LastEnd { get; private set; }

    public Task<StreamEnd> Ended => _ended.Task.ForAsync("the end of the stream", CancellationToken.None);

    public Task Enough => _enough.Task.ForAsync("enough bytes on the stream", CancellationToken.None);

    public int OnBytes(IByteStream stream, ReadOnlySpan<byte> bytes)
    {
        OnCall?.Invoke(stream);
        var used = bytes.Length / recordBytes * recordBytes;
        if (used > 0)
            OnRecord?.Invoke(stream);
        Bytes.Write(bytes[..used]);
        if (Bytes.Length >= Wanted)
            _enough.TrySetResult();
        return used;
    }

    public void OnEnded(IByteStream stream, StreamEnd end)
    {
        EndCount++;
        LastEnd = end;
        _ended.TrySetResult(end);
    }
}
