using Microsoft.Extensions.Time.Testing;
using Sametime.Contracts.Loop;
using Xunit;

namespace Sametime.Tests.Unit.Loop;

public sealed class LoopTimersTests
{
    [Fact]
    public void What_a_timer_schedules_for_at_once_waits_for_the_next_turn()
    {
        var (timers, ran) = (new LoopTimers(new FakeTimeProvider()), 0);
        timers.Schedule(TimeSpan.Zero, Again);

        for (var turn = 1; turn <= 3; turn++)
        {
            timers.RunDue(error => Assert.Fail(error.Message));
            Assert.Equal(turn, ran);
        }

        void Again()
        {
            ran++;
            timers.Schedule(TimeSpan.Zero, Again);
        }
    }
}
