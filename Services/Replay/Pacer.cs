namespace Sametime.Services.Replay;

/// <summary>
/// Gives events the pauses they had when they happened, shortened by a factor. An event that is late by its own clock, or older than the
/// one before it, is due at once.
/// </summary>
/// <param name="speed">How many times faster than it happened; null for as fast as it goes.</param>
/// <param name="time">The clock by which it waits.</param>
internal sealed class Pacer(double? speed, TimeProvider time)
{
    private (DateTimeOffset Occurred, long Started)? _first;

    /// <summary>How long until an event that happened at this moment is due; zero or less when it is.</summary>
    public TimeSpan UntilDue(DateTimeOffset occurred)
    {
        if (speed is not { } factor)
            return TimeSpan.Zero;
        _first ??= (occurred, time.GetTimestamp());
        var (began, started) = _first.Value;
        var after = Math.Min((occurred - began).Ticks / factor, TimeSpan.MaxValue.Ticks / 2); // the slowest of replays of the longest of logs
        return TimeSpan.FromTicks((long)after) - time.GetElapsedTime(started);
    }

    /// <summary>Waits for an event to be due.</summary>
    public async ValueTask WaitAsync(TimeSpan untilDue, CancellationToken stop)
    {
        // A timer takes no more than some weeks at once.
        for (; untilDue > TimeSpan.Zero; untilDue -= TimeSpan.FromDays(1))
            await Task.Delay(untilDue < TimeSpan.FromDays(1) ? untilDue : TimeSpan.FromDays(1), time, stop);
    }
}
