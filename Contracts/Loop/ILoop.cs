namespace Sametime.Contracts.Loop;

/// <summary>
/// The one thread that owns a part's state: sockets, timers and posted work all reach the part on it, one at a time, so
/// nothing above needs a lock. A turn is: poll for ready sockets, hand their bytes over, run posted work until none is
/// left, then run what was deferred (flushing), then poll again.
/// <para>Code that awaits on the loop goes on on the loop. Nothing on it may block.</para>
/// </summary>
public interface ILoop
{
    /// <summary>Wall clock and monotonic time of this loop; tests hand in one they can move.</summary>
    TimeProvider Time { get; }

    /// <summary>True on the loop's own thread.</summary>
    bool IsCurrent { get; }

    /// <summary>Runs <paramref name="work"/> on the loop, in the order posted. May be called from any thread.</summary>
    void Post(Action work);

    /// <summary>Calls <paramref name="work"/> once at the end of this turn, when all input of the turn was handled. Loop thread only.</summary>
    void Defer(ITurnEnd work);

    /// <summary>Runs <paramref name="work"/> once on the loop after <paramref name="delay"/>. Disposing the timer cancels it. Loop thread only.</summary>
    IDisposable Schedule(TimeSpan delay, Action work);
}

/// <summary>Work for the end of a turn, e.g. one send of all that a turn has queued for a socket.</summary>
public interface ITurnEnd
{
    /// <summary>Called once for each <see cref="ILoop.Defer"/>.</summary>
    void OnTurnEnd();
}
