namespace Sametime.Edge;

/// <summary>
/// Whole seconds since the Edge started, moved by the sweep. Connections stamp their deeds with it: four bytes each, and no
/// question to the system clock for each frame.
/// </summary>
internal sealed class EdgeClock(TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();

    public TimeProvider Time => time;

    public int Now { get; private set; }

    public void Advance() => Now = (int)time.GetElapsedTime(_start).TotalSeconds;
}
