namespace Sametime.Tests.Simulation.World;

/// <summary>The clock of one machine: wrong by an offset that may jump; its monotonic time only ever runs.</summary>
internal sealed class SkewedClock(Universe universe, SimLoop loop) : TimeProvider
{
    private static readonly DateTimeOffset Beginning = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>How far the wall clock is off.</summary>
    public TimeSpan Offset { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Beginning + universe.Now + Offset;

    // Never 0, which means "none" to some who keep a timestamp.
    public override long GetTimestamp() => universe.Now.Ticks + TimeSpan.TicksPerHour;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (period != Timeout.InfiniteTimeSpan)
            throw new NotSupportedException("No part has a timer that repeats by itself.");
        return new Alarm(universe, loop, () => callback(state), dueTime);
    }

    /// <summary>A timer outside of the loop's own ones, such as that of a cancellation.</summary>
    private sealed class Alarm : ITimer
    {
        private readonly Universe _universe;
        private readonly SimLoop _loop;
        private readonly Action _ring;
        private int _setting;

        public Alarm(Universe universe, SimLoop loop, Action ring, TimeSpan dueTime)
        {
            (_universe, _loop, _ring) = (universe, loop, ring);
            Change(dueTime, Timeout.InfiniteTimeSpan);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var setting = ++_setting;
            if (dueTime != Timeout.InfiniteTimeSpan)
                _universe.After(dueTime, () => _loop.Enter(() => Ring(setting)));
            return true;
        }

        public void Dispose() => _setting++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Ring(int setting)
        {
            if (setting == _setting)
                _ring();
        }
    }
}
