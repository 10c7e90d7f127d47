using Sametime.Broker;
using Sametime.Broker.Links;
using Sametime.Contracts.Loop;
using Xunit;

namespace Sametime.Tests.Unit.Broker;

/// <summary>S055: what goes wrong on the way ends a stream at both ends, and never leaves a gap.</summary>
public sealed class BrokerFaultTests : IDisposable
{
    private readonly StreamPair _pair = new StreamPair().Open();
    private readonly List<byte[]> _held = [];

    public void Dispose() => _pair.Dispose();

    [Fact]
    public void A_lost_message_ends_both_ends_with_nothing_after_the_gap()
    {
        Send(1);
        _pair.Broker.Carries = _ => [];
        Send(2);
        _pair.Broker.Carries = message => [message];
        Send(3);

        AssertBroken([1], DropReason.Gap);
    }

    [Fact]
    public void Messages_that_change_places_end_both_ends()
    {
        _pair.Broker.Carries = message =>
        {
            _held.Add(message);
            return [];
        };
        Send(1);
        _pair.Broker.Carries = message => [message, .. _held];
        Send(2);

        AssertBroken([], DropReason.Gap);
    }

    [Fact]
    public void A_repeated_message_is_dropped_and_counted_and_the_stream_goes_on()
    {
        _pair.Broker.Carries = message => [message, message, message];
        Send(1);
        Send(2);

        Assert.Equal([1, 2], _pair.Accepted.Read);
        Assert.Equal(4, _pair.Two.Mailbox.Counters[DropReason.Duplicate]);
        Assert.Empty(_pair.Accepted.Ends);
    }

    [Fact]
    public void An_altered_message_is_dropped_and_counted_and_leaves_no_gap_behind()
    {
        _pair.Broker.Carries = message =>
        {
            message[Chunk.HeaderBytes] ^= 1;
            return [message];
        };
        Send(1);
        Assert.Equal(1, _pair.Two.Mailbox.Counters[DropReason.Tag]);
        Assert.Empty(_pair.Accepted.Ends);

        _pair.Broker.Carries = message => [message];
        Send(2);

        AssertBroken([], DropReason.Gap);
    }

    [Fact]
    public void Bytes_from_somebody_without_the_key_are_dropped()
    {
        _pair.Loop.Run(() =>
        {
            _pair.Two.Mailbox.OnMessage([]);
            _pair.Two.Mailbox.OnMessage(new byte[100]);
            _pair.Two.Mailbox.OnMessage(_pair.One.Channel.Published[^1].Message.AsSpan(0, 20));
        });

        Assert.Equal(3, _pair.Two.Mailbox.Counters[DropReason.Tag]);
        Assert.Equal(1, _pair.Two.Mailbox.StreamCount);
    }

    [Fact]
    public void A_message_that_the_broker_does_not_take_ends_both_ends()
    {
        _pair.Broker.HoldsConfirms = true;
        Send(1);

        _pair.Loop.Run(() => _pair.One.Channel.Confirm(isTaken: false));

        Assert.Equal([StreamEnd.Reset], _pair.Dialed.Ends);
        Assert.Equal([StreamEnd.Reset], _pair.Accepted.Ends);
    }

    [Fact]
    public void A_hub_whose_queue_is_gone_ends_the_streams_to_it_at_once_and_cannot_be_dialled()
    {
        var address = _pair.Two.Mailbox.Address;
        _pair.Broker.Remove(_pair.Two.Channel);
        Send(1);
        Assert.Equal([StreamEnd.Reset], _pair.Dialed.Ends);
        Assert.Equal(0, _pair.One.Mailbox.StreamCount);

        Task<BrokerStream>? dialing = null;
        _pair.Loop.Run(() => dialing = _pair.One.Mailbox.DialAsync(address, StreamPair.DialTimeout));

        Assert.IsType<BrokerUnreachableException>(dialing!.Exception!.InnerException);
    }

    [Fact]
    public void A_hub_that_does_not_answer_cannot_be_dialled()
    {
        _pair.Broker.Carries = _ => [];
        Task<BrokerStream>? dialing = null;
        _pair.Loop.Run(() => dialing = _pair.One.Mailbox.DialAsync(_pair.Two.Mailbox.Address, StreamPair.DialTimeout));
        Assert.False(dialing!.IsCompleted);

        _pair.Loop.Advance(StreamPair.DialTimeout);

        Assert.IsType<BrokerUnreachableException>(dialing.Exception!.InnerException);
        Assert.Equal(1, _pair.One.Mailbox.StreamCount);
    }

    [Fact]
    public void An_end_that_has_forgotten_the_stream_says_so()
    {
        _pair.Broker.Carries = _ => [];
        _pair.Loop.Run(_pair.Accepted.Stream.Abort);
        _pair.Broker.Carries = message => [message];
        Assert.Empty(_pair.Dialed.Ends);

        Send(1);

        Assert.Equal([StreamEnd.Reset], _pair.Dialed.Ends);
        Assert.Equal(1, _pair.Two.Mailbox.Counters[DropReason.UnknownStream]);
    }

    [Fact]
    public void Who_sends_more_than_was_granted_is_cut_off()
    {
        _pair.Loop.Run(_pair.Accepted.Stream.PauseReading);
        using var eager = new StreamPair(new BrokerOptions { WindowBytes = 10 }).Open();
        eager.Loop.Run(eager.Accepted.Stream.PauseReading);

        // A grant of the other end is what it believes; one that is too large is believed as well.
        eager.Loop.Run(() => eager.Dialed.Stream.OnChunk(new Chunk(ChunkKind.Credit, default, 0, 1, [0, 0, 0, 0, 0, 0, 1, 0])));
        eager.Loop.Run(() => eager.Dialed.Send(new byte[11]));

        Assert.Equal([StreamEnd.Reset], eager.Accepted.Ends);
        Assert.Equal([StreamEnd.Reset], eager.Dialed.Ends);
    }

    [Fact]
    public void A_lost_broker_ends_every_stream_at_both_ends_once_and_nothing_waits()
    {
        _pair.Broker.HoldsConfirms = true;
        Send(1);
        _pair.Loop.Run(_pair.Broker.Kill);
        Send(2);

        Assert.Equal([StreamEnd.Reset], _pair.Dialed.Ends);
        Assert.Equal([StreamEnd.Reset], _pair.Accepted.Ends);
        Assert.Equal((0, 0L), (_pair.Dialed.Stream.QueuedBytes, _pair.One.Mailbox.Counters.UnconfirmedBytes));
        Assert.False(_pair.One.Mailbox.IsConnected);
        Assert.Equal(0, _pair.Loop.TimerCount);
    }

    private void Send(byte value) => _pair.Loop.Run(() => _pair.Dialed.Send([value]));

    private void AssertBroken(byte[] read, DropReason reason)
    {
        Assert.Equal(read, _pair.Accepted.Read);
        Assert.Equal([StreamEnd.Reset], _pair.Accepted.Ends);
        Assert.Equal([StreamEnd.Reset], _pair.Dialed.Ends);
        Assert.Equal(1, _pair.Two.Mailbox.Counters[reason]);
        Assert.Equal((0, 0), (_pair.One.Mailbox.StreamCount, _pair.Two.Mailbox.StreamCount));
    }
}
