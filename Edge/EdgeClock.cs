namespace Sametime.Edge;

/// <summary>
/// Whole seconds since the Edge started, moved by the sweep. Connections stamp their deeds with it: four bytes each, and no
/// question to the system clock for each frame. Time in which the Edge did not run, as in a stopped process, is left out: what came
/// meanwhile is stamped with the time before, and nobody was silent or slow because this side did not listen.
/// </summary>
/// <param name="time">The system's.</param>
/// <param name="stepMax">The longest time between two sweeps that counts.</param>
internal sealed class EdgeClock(TimeProvider time, TimeSpan stepMax)
{
    private long _last = time.GetTimestamp();
    private TimeSpan _ran;

    public TimeProvider Time => time;

    public int Now { get; private set; }

    public void Advance()
    {
        var step = time.GetElapsedTime(_last);
        _last = time.GetTimestamp();
        _ran += step < stepMax ? step : stepMax;
        Now = (int)_ran.TotalSeconds;
    }
}
