namespace Sametime.Contracts.ServerApplications;

/// <summary>
/// How often something may be done on one channel: <paramref name="PerSecond"/> times a second, after <paramref name="Burst"/> times at
/// once. Who is faster waits (<see cref="ServiceChannel.WaitTurnAsync"/>); nothing is dropped.
/// </summary>
public sealed record Pace(double PerSecond, int Burst);

/// <summary>How much of a <see cref="Pace"/> a channel has used up.</summary>
internal struct PaceMeter
{
    private double _used;
    private long _at;

    /// <summary>Takes one turn and says how long it has to wait.</summary>
    public TimeSpan Take(Pace pace, TimeProvider time)
    {
        var now = time.GetTimestamp();
        if (_at != 0)
            _used = Math.Max(0, _used - (time.GetElapsedTime(_at, now).TotalSeconds * pace.PerSecond));
        _at = now;
        _used++;
        return _used <= pace.Burst ? TimeSpan.Zero : TimeSpan.FromSeconds((_used - pace.Burst) / pace.PerSecond);
    }
}
