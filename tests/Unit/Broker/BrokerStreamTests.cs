using Sametime.Broker;
using Sametime.Broker.Links;
using Sametime.Contracts.Loop;
using Xunit;

namespace Sametime.Tests.Unit.Broker;

/// <summary>How a stream fares over a broker that does what it should: order, gathering, grants, ends.</summary>
public sealed class BrokerStreamTests : IDisposable
{
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(2);

    private readonly StreamPair _pair = new StreamPair(new BrokerOptions { ChunkBytesMax = 1000, WindowBytes = 10_000, ChunksInFlightMax = 2 }).Open();

    public void Dispose() => _pair.Dispose();

    [Fact]
    public void Bytes_arrive_in_order_in_both_directions()
    {
        var there = Numbered(25_000, seed: 1);
        var back = Numbered(25_000, seed: 2);

        _pair.Loop.Run(() =>
        {
            _pair.Dialed.Send(there);
            _pair.Accepted.Send(back);
        });

        Assert.Equal(there, _pair.Accepted.Read);
        Assert.Equal(back, _pair.Dialed.Read);
        Assert.Equal((0, 0L), (_pair.Dialed.Stream.QueuedBytes, _pair.Dialed.Stream.OldestQueuedAt));
    }

    [Fact]
    public void What_a_turn_writes_leaves_as_one_message()
    {
        var before = _pair.One.Channel.Published.Count;

        _pair.Loop.Run(() =>
        {
            for (byte i = 0; i < 50; i++)
                _pair.Dialed.Send([i]);
        });

        Assert.Equal(before + 1, _pair.One.Channel.Published.Count);
        Assert.Equal(50, _pair.Accepted.Read.Count);
        Assert.Equal((50, 1L), (_pair.One.Mailbox.Counters.Frames, _pair.One.Mailbox.Counters.DataMessagesOut));
    }

    [Fact]
    public void While_the_broker_has_not_confirmed_what_is_written_is_gathered_for_the_next_message()
    {
        _pair.Broker.HoldsConfirms = true;
        for (byte i = 0; i < 20; i++)
            _pair.Loop.Run(() => _pair.Dialed.Send([i]));
        Assert.Equal(_pair.Options.ChunksInFlightMax, _pair.Accepted.Read.Count);
        Assert.Equal(20, _pair.Dialed.Stream.QueuedBytes);
        Assert.Equal(2, _pair.One.Mailbox.Counters.UnconfirmedBytes);

        _pair.Loop.Run(() => _pair.One.Channel.Confirm());

        Assert.Equal(Enumerable.Range(0, 20).Select(i => (byte)i), _pair.Accepted.Read);
        Assert.Equal(_pair.Options.ChunksInFlightMax + 1, _pair.One.Mailbox.Counters.DataMessagesOut);
        Assert.Equal(18, _pair.Dialed.Stream.QueuedBytes);
    }

    [Fact]
    public void A_client_without_room_is_waited_for()
    {
        var room = _pair.One.Channel.NoRoom = new TaskCompletionSource();
        _pair.Loop.Run(() => _pair.Dialed.Send(Numbered(5_000, seed: 3)));
        Assert.Equal(1_000, _pair.Accepted.Read.Count);

        _pair.One.Channel.NoRoom = null;
        _pair.Loop.Run(room.SetResult);

        Assert.Equal(Numbered(5_000, seed: 3), _pair.Accepted.Read);
    }

    [Fact]
    public void A_paused_reader_is_sent_one_window_and_the_rest_when_it_reads_again()
    {
        var bytes = Numbered(50_000, seed: 4);
        _pair.Loop.Run(_pair.Accepted.Stream.PauseReading);
        _pair.Loop.Run(() => _pair.Dialed.Send(bytes));
        Assert.Equal(bytes.Length - _pair.Options.WindowBytes, _pair.Dialed.Stream.QueuedBytes);
        Assert.NotEqual(0, _pair.Dialed.Stream.OldestQueuedAt);
        Assert.Empty(_pair.Accepted.Read);

        _pair.Loop.Run(_pair.Accepted.Stream.ResumeReading);

        Assert.Equal(bytes, _pair.Accepted.Read);
        Assert.Equal(0, _pair.Dialed.Stream.QueuedBytes);
    }

    [Fact]
    public void What_the_broker_takes_is_no_progress_of_the_other_hub()
    {
        var before = _pair.Dialed.Stream.PeerProgress;
        _pair.Loop.Run(_pair.Accepted.Stream.PauseReading);
        _pair.Loop.Run(() => _pair.Dialed.Send(Numbered(50_000, seed: 4)));
        Assert.Equal(before, _pair.Dialed.Stream.PeerProgress);

        _pair.Loop.Run(_pair.Accepted.Stream.ResumeReading);

        Assert.NotEqual(before, _pair.Dialed.Stream.PeerProgress);
    }

    [Fact]
    public void A_frame_larger_than_the_window_becomes_whole()
    {
        const int Frame = 35_000;
        _pair.Accepted.Takes = length => length < Frame ? 0 : Frame;

        _pair.Loop.Run(() => _pair.Dialed.Send(Numbered(Frame, seed: 5)));

        Assert.Equal(Numbered(Frame, seed: 5), _pair.Accepted.Read);
    }

    [Fact]
    public void A_closed_stream_delivers_what_was_queued_and_ends_once_at_both_ends()
    {
        _pair.Loop.Run(() =>
        {
            _pair.Dialed.Send(Numbered(30_000, seed: 6));
            _pair.Dialed.Stream.Close(Linger);
            _pair.Dialed.Stream.Close(Linger);
            _pair.Dialed.Send([1]);
        });

        Assert.Equal(Numbered(30_000, seed: 6), _pair.Accepted.Read);
        Assert.Equal([StreamEnd.PeerClosed], _pair.Accepted.Ends);
        Assert.Equal([StreamEnd.ClosedHere], _pair.Dialed.Ends);
        AssertNothingIsLeft();
    }

    [Fact]
    public void Both_ends_may_close_at_once()
    {
        _pair.Loop.Run(() =>
        {
            _pair.Dialed.Stream.Close(Linger);
            _pair.Accepted.Stream.Close(Linger);
        });

        Assert.Equal([StreamEnd.ClosedHere], _pair.Accepted.Ends);
        Assert.Equal([StreamEnd.ClosedHere], _pair.Dialed.Ends);
        AssertNothingIsLeft();
    }

    [Fact]
    public void A_reader_that_stays_paused_is_given_up_when_the_linger_is_over()
    {
        _pair.Loop.Run(_pair.Accepted.Stream.PauseReading);
        _pair.Loop.Run(() =>
        {
            _pair.Dialed.Send(Numbered(30_000, seed: 7));
            _pair.Dialed.Stream.Close(Linger);
        });
        Assert.Empty(_pair.Dialed.Ends);

        _pair.Loop.Advance(Linger);

        Assert.Equal([StreamEnd.ClosedHere], _pair.Dialed.Ends);
        Assert.Equal([StreamEnd.Reset], _pair.Accepted.Ends);
        AssertNothingIsLeft();
    }

    [Fact]
    public void A_sink_that_throws_ends_the_stream_and_no_other()
    {
        _pair.Accepted.Takes = _ => throw new InvalidDataException();
        var first = _pair.Accepted;
        var dialed = _pair.Dialed;
        _pair.Open();

        Assert.ThrowsAny<Exception>(() => _pair.Loop.Run(() => dialed.Send([1])));
        _pair.Loop.Run(() => _pair.Dialed.Send([2]));

        Assert.Equal([StreamEnd.ClosedHere], first.Ends);
        Assert.Equal([StreamEnd.Reset], dialed.Ends);
        Assert.Equal([2], _pair.Accepted.Read);
    }

    private static byte[] Numbered(int count, int seed)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private void AssertNothingIsLeft()
    {
        Assert.Equal((0, 0), (_pair.One.Mailbox.StreamCount, _pair.Two.Mailbox.StreamCount));
        Assert.True(_pair.One.Mailbox.IdleAsync().IsCompleted);
        Assert.Equal(0, _pair.Loop.TimerCount);
    }
}
