using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Hub;
using Sametime.Hub.Channels;
using Sametime.Hub.Logins;
using Sametime.Tests.Kit.Loop;
using Xunit;

namespace Sametime.Tests.Unit.Hub;

/// <summary>Channels that wait to be accepted. What happens to one that expires is counted, so that a mistake ends the test, not the run.</summary>
public sealed class UnacceptedChannelsTests : IDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly ManualLoop _loop = new();
    private readonly HubLimits _limits = new() { AcceptWithin = TimeSpan.FromSeconds(10) };
    private readonly EdgeNode _creator = new(new LoginId(1, 1, 1), "creator", default);
    private readonly UnacceptedChannels _channels;
    private readonly List<Channel> _expired = [];

    public UnacceptedChannelsTests() => _channels = new UnacceptedChannels(_loop, _limits)
    {
        Expire = (channel, reason) =>
        {
            Assert.DoesNotContain(channel, _expired);
            Assert.Equal(Reason.Aborted, reason);
            _expired.Add(channel);
            _channels!.Remove(channel); // as whoever ends a channel does
        },
    };

    public void Dispose() => _loop.Dispose();

    [Fact]
    public void Each_expires_once_in_its_own_time()
    {
        var first = Add(1);
        _loop.Advance(TimeSpan.FromSeconds(4));
        Channel[] later = [Add(2), Add(3)];

        _loop.Advance(TimeSpan.FromSeconds(6) - Moment);
        Assert.Empty(_expired);
        _loop.Advance(Moment);
        Assert.Equal([first], _expired);
        Assert.Equal((2, 2, 1), State);
        _loop.Advance(TimeSpan.FromSeconds(4) - Moment);
        Assert.Single(_expired);
        _loop.Advance(Moment);
        Assert.Equal([first, .. later], _expired);
        Assert.Equal((0, 0, 0), State);
    }

    [Fact]
    public void One_that_was_taken_out_counts_no_more_also_when_it_is_taken_out_twice()
    {
        var (first, second) = (Add(1), Add(2));
        _channels.Remove(first);
        _channels.Remove(first);
        Assert.Equal((1, 1, 1), State);
        _channels.Remove(second);
        _channels.Remove(second);
        Assert.Equal((0, 0, 0), State);

        _loop.Advance(_limits.AcceptWithin);
        Assert.Empty(_expired);
    }

    [Fact]
    public void After_the_last_is_gone_the_next_has_its_whole_time_again()
    {
        _channels.Remove(Add(1));
        _loop.Advance(TimeSpan.FromSeconds(9));
        var next = Add(2);
        _loop.Advance(_limits.AcceptWithin - Moment);
        Assert.Empty(_expired);
        _loop.Advance(Moment);
        Assert.Equal([next], _expired);
    }

    [Fact]
    public void When_the_oldest_is_gone_the_next_has_its_whole_time_too()
    {
        var first = Add(1);
        _loop.Advance(TimeSpan.FromSeconds(9));
        var next = Add(2);
        _channels.Remove(first);
        _loop.Advance(_limits.AcceptWithin - Moment);
        Assert.Empty(_expired);
        _loop.Advance(Moment);
        Assert.Equal([next], _expired);
        Assert.Equal((0, 0, 0), State);
    }

    [Fact]
    public void One_that_is_asked_for_because_another_expired_waits_as_long_as_any()
    {
        Channel? next = null;
        _channels.Expire = (channel, _) =>
        {
            Assert.Null(next);
            next = Add(2);
            _expired.Add(channel);
        };
        var first = Add(1);
        _loop.Advance(_limits.AcceptWithin);
        Assert.Equal([first], _expired);
        Assert.Equal((1, 1, 1), State);
    }

    /// <summary>How many wait, how many of the creator's, and timers.</summary>
    private (int Waiting, int OfCreator, int Timers) State => (_channels.Count, _creator.UnacceptedChannels, _loop.TimerCount);

    private Channel Add(uint id)
    {
        var create = new ChannelCreate { Channel = new ChannelId(id), Service = ServiceTypes.Resolve, Protocol = ProtocolTypes.Resolve, Version = 0 };
        var channel = new Channel(_creator, new ChannelRequest(create, default, default));
        channel.Offer(_creator, new ChannelId(0x8000_0000 | id), _loop.Time.GetTimestamp());
        _channels.Add(channel);
        return channel;
    }
}
