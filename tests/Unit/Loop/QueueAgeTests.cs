using Microsoft.Extensions.Time.Testing;
using Sametime.Contracts.Loop;
using Xunit;

namespace Sametime.Tests.Unit.Loop;

public sealed class QueueAgeTests
{
    private readonly FakeTimeProvider _time = new();
    private QueueAge _age;

    [Fact]
    public void What_is_left_is_never_younger_than_it_is_said_to_be_and_one_mark_older_at_most()
    {
        var first = Queue(10);
        var second = Queue(20);
        Assert.Equal(first, _age.Oldest);

        _age.Sent(10, 20, _time); // what is left was queued after the mark was set; a new mark is set
        Assert.Equal(first, _age.Oldest);
        var third = Queue(30);
        _age.Sent(19, 30, _time);
        Assert.Equal(first, _age.Oldest);
        _age.Sent(20, 30, _time);
        Assert.InRange(_age.Oldest, second, third);

        _age.Sent(30, 30, _time);
        Assert.Equal(0, _age.Oldest);
        Assert.Equal(Queue(40), _age.Oldest);
    }

    private long Queue(long end)
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        _age.Queued(end, _time);
        return _time.GetTimestamp();
    }
}
