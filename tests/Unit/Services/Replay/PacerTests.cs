using Microsoft.Extensions.Time.Testing;
using Sametime.Services.Replay;
using Sametime.Tests.Kit.Events;
using Xunit;

namespace Sametime.Tests.Unit.Services.Replay;

public sealed class PacerTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Events_keep_their_distances_divided_by_the_speed()
    {
        var pacer = new Pacer(60, _time);
        Assert.Equal(TimeSpan.Zero, pacer.UntilDue(RecordedDay.At(9, 0)));
        Assert.Equal(TimeSpan.FromSeconds(10), pacer.UntilDue(RecordedDay.At(9, 10)));
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(TimeSpan.FromSeconds(6), pacer.UntilDue(RecordedDay.At(9, 10)));
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.True(pacer.UntilDue(RecordedDay.At(9, 20)) < TimeSpan.Zero, "whoever was slow does not wait");
    }

    [Fact]
    public void At_full_speed_everything_is_due()
    {
        var pacer = new Pacer(null, _time);
        Assert.Equal(TimeSpan.Zero, pacer.UntilDue(RecordedDay.At(9, 0)));
        Assert.Equal(TimeSpan.Zero, pacer.UntilDue(RecordedDay.At(11, 0)));
    }

    [Fact]
    public async Task A_wait_ends_when_the_time_is_over_and_not_before()
    {
        var waiting = new Pacer(1, _time).WaitAsync(TimeSpan.FromDays(1.5), TestContext.Current.CancellationToken).AsTask();
        _time.Advance(TimeSpan.FromDays(1));
        while (!waiting.IsCompleted)
        {
            Assert.True(_time.GetUtcNow() - _time.Start < TimeSpan.FromDays(2), "it waits longer than it should");
            _time.Advance(TimeSpan.FromHours(1));
            await Task.Yield();
        }

        Assert.True(_time.GetUtcNow() - _time.Start >= TimeSpan.FromDays(1.5));
        await waiting;
    }

    [Fact]
    public void The_slowest_replay_of_the_longest_log_overflows_nothing()
    {
        var pacer = new Pacer(1e-300, _time);
        _ = pacer.UntilDue(DateTimeOffset.MinValue);
        Assert.True(pacer.UntilDue(DateTimeOffset.MaxValue) > TimeSpan.FromDays(365));
    }
}
