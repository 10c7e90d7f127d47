using System.Buffers;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Loop.InProcess;
using Sametime.Tests.Kit.Loop;
using Xunit;

namespace Sametime.Tests.Unit.Loop;

public sealed class InProcessPipeTests : IDisposable
{
    private readonly ManualLoop _loop = new();
    private readonly StreamRecorder _atA = new();
    private readonly StreamRecorder _atB = new();
    private readonly IByteStream _a;
    private readonly IByteStream _b;

    public InProcessPipeTests()
    {
        (_a, _b) = InProcessPipe.Create(_loop, _loop);
        _loop.Run(() =>
        {
            _a.Start(_atA);
            _b.Start(_atB);
        });
    }

    public void Dispose() => _loop.Dispose();

    [Fact]
    public void Nothing_arrives_inside_the_call_that_sends_it()
    {
        _loop.Run(() =>
        {
            _a.SendShared([1, 2]);
            _a.Output.Write((ReadOnlySpan<byte>)[3]);
            _a.Flush();
            Assert.Equal(0, _atB.Bytes.Length);
            Assert.Equal(3, _a.QueuedBytes);
        });

        Assert.Equal([1, 2, 3], _atB.Bytes.ToArray());
        Assert.Equal((0, 0L), (_a.QueuedBytes, _a.OldestQueuedAt));
    }

    [Fact]
    public void What_a_paused_reader_has_not_read_counts_as_queued_with_its_age()
    {
        _loop.Run(_b.PauseReading);
        _loop.Advance(TimeSpan.FromSeconds(1));
        var sentAt = _loop.Time.GetTimestamp();
        _loop.Run(() => _a.SendShared([1, 2, 3]));
        _loop.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((3, sentAt, 0L), (_a.QueuedBytes, _a.OldestQueuedAt, _atB.Bytes.Length));
        _loop.Run(_b.ResumeReading);
        Assert.Equal((0, 0L, 3L), (_a.QueuedBytes, _a.OldestQueuedAt, _atB.Bytes.Length));
    }

    [Fact]
    public void A_paused_reader_gets_what_came_before_an_ordinary_end()
    {
        _loop.Run(_b.PauseReading);
        _loop.Run(() =>
        {
            _a.SendShared([1, 2, 3]);
            _a.Close(TimeSpan.Zero);
            _a.SendShared([4]);
        });
        Assert.Equal((1, 0), (_atA.EndCount, _atB.EndCount));

        _loop.Run(_b.ResumeReading);

        Assert.Equal([1, 2, 3], _atB.Bytes.ToArray());
        Assert.Equal((1, StreamEnd.PeerClosed), (_atB.EndCount, _atB.LastEnd));
    }

    [Fact]
    public void Aborting_drops_what_is_under_way_and_is_heard_once_at_both_ends()
    {
        _loop.Run(() =>
        {
            _a.SendShared([1]);
            _a.Abort();
            _a.Abort();
            _a.Close(TimeSpan.Zero);
            Assert.Equal(0, _atA.EndCount);
        });
        _loop.Run(() => _b.SendShared([2]));

        Assert.Equal(0, _atB.Bytes.Length);
        Assert.Equal((1, StreamEnd.ClosedHere), (_atA.EndCount, _atA.LastEnd));
        Assert.Equal((1, StreamEnd.Reset), (_atB.EndCount, _atB.LastEnd));
    }

    [Fact]
    public void What_was_written_before_closing_arrives_and_what_is_written_after_the_end_of_the_other_waits_for_nobody()
    {
        _loop.Run(() =>
        {
            _a.Output.Write((ReadOnlySpan<byte>)[1, 2]);
            _a.Close(TimeSpan.Zero);
        });
        Assert.Equal([1, 2], _atB.Bytes.ToArray());
        Assert.Equal((1, StreamEnd.ClosedHere), (_atA.EndCount, _atA.LastEnd));
        Assert.Equal((1, StreamEnd.PeerClosed), (_atB.EndCount, _atB.LastEnd));

        _loop.Run(() => _b.SendShared([3]));
        Assert.Equal((0, 0), (_b.QueuedBytes, _a.QueuedBytes));
    }

    [Fact]
    public void Progress_is_what_the_other_end_has_used_up()
    {
        _loop.Run(_b.PauseReading);
        _loop.Run(() => _a.SendShared([1, 2, 3]));
        Assert.Equal(0, _a.PeerProgress);
        _loop.Run(_b.ResumeReading);
        Assert.Equal(3, _a.PeerProgress);

        _loop.Run(() => _a.SendShared([4]));
        Assert.Equal((4, 0), (_a.PeerProgress, _b.PeerProgress));
    }

    [Fact]
    public void A_stream_is_started_once() => _loop.Run(() => Assert.Throws<InvalidOperationException>(() => _a.Start(_atA)));

    [Fact]
    public void Both_ends_may_close_in_the_same_turn()
    {
        _loop.Run(() =>
        {
            _a.Close(TimeSpan.Zero);
            _b.Close(TimeSpan.Zero);
        });

        Assert.Equal((1, 1), (_atA.EndCount, _atB.EndCount));
    }

    [Fact]
    public void A_sink_that_throws_ends_both_ends()
    {
        var (a, b) = InProcessPipe.Create(_loop, _loop);
        var sick = new StreamRecorder { OnRecord = static _ => throw new InvalidDataException("sick") };
        var healthy = new StreamRecorder();
        _loop.Run(() =>
        {
            a.Start(healthy);
            b.Start(sick);
        });

        var error = Assert.Throws<InvalidOperationException>(() => _loop.Run(() => a.SendShared([1])));
        _loop.RunUntilIdle();

        Assert.IsType<InvalidDataException>(error.InnerException);
        Assert.Equal((1, StreamEnd.Reset), (healthy.EndCount, healthy.LastEnd));
        Assert.Equal((1, StreamEnd.ClosedHere), (sick.EndCount, sick.LastEnd));
    }
}
