using System.Buffers;
using System.Net;
using Sametime.Contracts.Loop;
using Xunit;

namespace Sametime.Tests.Unit.Edge.Support;

/// <summary>A byte stream whose other end is the test: it says what arrives, sees what was sent, and may refuse to read.</summary>
internal sealed class WireEnd(string? address = "192.0.2.7", bool isPrivate = false, TimeProvider? time = null) : IByteStream, IBufferWriter<byte>
{
    private readonly ArrayBufferWriter<byte> _sent = new(4096);
    private byte[] _kept = [];
    private IByteStreamSink? _sink;
    private bool _isOver;

    public IPEndPoint? Remote { get; } = address is null ? null : new IPEndPoint(IPAddress.Parse(address), 50_000);

    public bool IsPrivate => isPrivate;

    public IBufferWriter<byte> Output => this;

    public int QueuedBytes { get; private set; }

    public long OldestQueuedAt { get; private set; }

    /// <summary>While true, what is sent stays queued.</summary>
    public bool IsStuck { get; set; }

    /// <summary>While true, what it shares with others strikes a bug of ours.</summary>
    public bool IsFaulty { get; set; }

    public bool IsPaused { get; private set; }

    public bool IsClosed { get; private set; }

    public bool IsAborted { get; private set; }

    public TimeSpan Linger { get; private set; }

    public int SharedSends { get; private set; }

    public ReadOnlySpan<byte> Sent => _sent.WrittenSpan;

    public void ForgetSent() => _sent.ResetWrittenCount();

    public void Arrive(ReadOnlySpan<byte> bytes)
    {
        if (IsClosed || IsAborted)
            return;
        if (_kept.Length > 0)
            bytes = (byte[])[.. _kept, .. bytes];
        var used = IsPaused ? 0 : _sink!.OnBytes(this, bytes);
        if ((uint)used > (uint)bytes.Length)
            Assert.Fail($"It says that it took {used} of {bytes.Length} bytes.");
        if (used < bytes.Length)
            _kept = bytes[used..].ToArray();
        else if (_kept.Length > 0)
            _kept = [];
    }

    /// <summary>What was on its way when this side closed: a stream hands it over all the same.</summary>
    public void ArriveLate(ReadOnlySpan<byte> bytes) => Assert.Equal(bytes.Length, _sink!.OnBytes(this, bytes));

    public void Vanish() => End(StreamEnd.Reset);

    /// <summary>It takes so much of what waits for it.</summary>
    public void Take(int bytes)
    {
        QueuedBytes -= bytes;
        if (QueuedBytes == 0)
            OldestQueuedAt = 0;
    }

    public void Flush()
    {
    }

    public void SendShared(ReadOnlySpan<byte> bytes)
    {
        if (IsFaulty)
            throw new InvalidOperationException("a bug of ours");
        SharedSends++;
        bytes.CopyTo(GetSpan(bytes.Length));
        Advance(bytes.Length);
    }

    public void Start(IByteStreamSink sink) => _sink = sink;

    public void PauseReading() => IsPaused = true;

    public void ResumeReading()
    {
        IsPaused = false;
        if (_kept.Length > 0)
            Arrive([]);
    }

    public void Close(TimeSpan linger)
    {
        IsClosed = true;
        Linger = linger;
    }

    public void Abort()
    {
        IsAborted = true;
        End(StreamEnd.ClosedHere);
    }

    public void Advance(int count)
    {
        _sent.Advance(count);
        if (!IsStuck)
            return;
        if (QueuedBytes == 0 && time is not null)
            OldestQueuedAt = time.GetTimestamp();
        QueuedBytes += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => _sent.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => _sent.GetSpan(sizeHint);

    // Once, as every stream does.
    private void End(StreamEnd end)
    {
        if (_isOver || _sink is null)
            return;
        _isOver = true;
        QueuedBytes = 0;
        _sink.OnEnded(this, end);
    }
}
