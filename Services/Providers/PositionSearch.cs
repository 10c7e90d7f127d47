using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;

namespace Sametime.Services.Providers;

/// <summary>Where an event lies and when it was written down.</summary>
internal readonly record struct RecordedAt(long Position, DateTimeOffset Time);

/// <summary>
/// Finds a time in a log that is in the order of its positions. The times in it rise but for the clocks of the machines that write, so the
/// place is halved down to for a time that is later by what clocks may differ, and from there events are looked at one by one.
/// </summary>
internal static class PositionSearch
{
    /// <summary>How far the clocks of those who write to one log may differ.</summary>
    public static readonly TimeSpan ClockSkewMax = TimeSpan.FromMinutes(1);

    /// <summary>The position from which back to look for the last event that was recorded before a time; 0 when there is none.</summary>
    /// <param name="extent">How far the log goes.</param>
    /// <param name="time">The time.</param>
    /// <param name="findAtOrAfter">The first event at a position or after it.</param>
    public static async ValueTask<long> LookBackFromAsync(LogExtent extent, DateTimeOffset time, Func<long, ValueTask<RecordedAt?>> findAtOrAfter)
    {
        if (time >= DateTimeOffset.MaxValue - ClockSkewMax)
            return extent.Last;
        var (low, high) = (0L, extent.Last); // everything up to low was recorded before, nothing above high
        while (low < high)
        {
            var middle = low + ((high - low + 1) / 2);
            if (await findAtOrAfter(middle) is { } found && found.Position <= high && found.Time < time + ClockSkewMax)
                low = found.Position;
            else
                high = middle - 1;
        }

        return low;
    }
}
