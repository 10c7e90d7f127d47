using Microsoft.Extensions.Time.Testing;
using Sametime.Contracts.Loop;
using Xunit;

namespace Sametime.Tests.Unit.Loop;

public sealed class LoopTimersTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly LoopTimers _timers;

    public LoopTimersTests() => _timers = new LoopTimers(_time);

    [Fact]
    public void What_a_timer_schedules_for_at_once_waits_for_the_next_turn()
    {
        var ran = 0;
        _timers.Schedule(TimeSpan.Zero, Again);

        for (var turn = 1; turn <= 3; turn++)
        {
            RunDue();
            Assert.Equal(turn, ran);
        }

        void Again()
        {
            ran++;
            _timers.Schedule(TimeSpan.Zero, Again);
        }
    }

    [Fact]
    public void Whatever_is_scheduled_and_cancelled_each_timer_runs_once_at_its_time_in_order()
    {
        var random = new Random(5);
        var (waiting, ran) = (new List<(long Due, int Number, IDisposable Timer)>(), new List<int>());
        var now = 0L;
        for (var step = 0; step < 5_000; step++)
        {
            switch (random.Next(8))
            {
                case < 4:
                    var (number, delay) = (step, random.Next(-5, 200));
                    waiting.Add((now + Math.Max(0, delay), number, _timers.Schedule(Time(delay), () => ran.Add(number))));
                    break;
                case < 7 when waiting.Count > 0:
                    var which = random.Next(waiting.Count);
                    waiting[which].Timer.Dispose();
                    waiting[which].Timer.Dispose();
                    waiting.RemoveAt(which);
                    break;
                default:
                    var passed = random.Next(20);
                    _time.Advance(Time(passed));
                    now += passed;
                    RunDue();
                    var due = waiting.Where(timer => timer.Due <= now).OrderBy(static timer => timer.Due).ThenBy(static timer => timer.Number).ToArray();
                    Assert.Equal(due.Select(static timer => timer.Number), ran);
                    ran.Clear();
                    waiting.RemoveAll(timer => timer.Due <= now);
                    foreach (var (_, _, timer) in due)
                        timer.Dispose();
                    break;
            }

            Assert.Equal(waiting.Count, _timers.Count);
            Assert.Equal(waiting.Count == 0 ? null : Time(Math.Max(0, waiting.Min(static timer => timer.Due) - now)), _timers.UntilNext());
        }
    }

    // Parts of a second that are whole numbers for a clock of any kind.
    private static TimeSpan Time(long count) => TimeSpan.FromSeconds(count / 64.0);

    [Fact]
    public void A_timer_that_throws_or_cancels_the_next_keeps_no_other_from_running()
    {
        var (ran, errors) = (new List<string>(), new List<string>());
        IDisposable? cancelled = null;
        _timers.Schedule(TimeSpan.Zero, () =>
        {
            cancelled!.Dispose();
            throw new InvalidOperationException("bug");
        });
        cancelled = _timers.Schedule(TimeSpan.Zero, () => ran.Add("cancelled"));
        _timers.Schedule(TimeSpan.Zero, () => ran.Add("last"));

        _timers.RunDue(error => errors.Add(error.Message));

        Assert.Equal(["last"], ran);
        Assert.Equal(["bug"], errors);
        Assert.Equal(0, _timers.Count);
    }

    private void RunDue() => _timers.RunDue(error => Assert.Fail(error.Message));
}
