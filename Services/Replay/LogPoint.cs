using System.Globalization;

namespace Sametime.Services.Replay;

/// <summary>A point of the log as a person names it: a moment, or a position.</summary>
internal readonly record struct LogPoint(DateTimeOffset? Time, long? Position)
{
    /// <summary>Reads a whole number as a position and anything else as a moment.</summary>
    public static bool TryParse(string text, out LogPoint point)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var position))
        {
            point = new LogPoint(null, position);
            return true;
        }

        var isTime = LogTime.TryParse(text, out var time);
        point = new LogPoint(time, null);
        return isTime;
    }

    public override string ToString() => Time is { } time ? LogTime.Format(time) : $"position {Position}";
}
