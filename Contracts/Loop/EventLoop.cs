using System.Diagnostics;

namespace Sametime.Contracts.Loop;

/// <summary>
/// A loop on a thread of its own, over the system's poller. Runs from its construction until <see cref="Dispose"/>,
/// which closes every socket still on it without telling anyone.
/// </summary>
public sealed class EventLoop : ILoop, IDisposable
{
    /// <summary>Most bytes taken from one socket in one turn, so that no peer keeps the others waiting.</summary>
    public const int ReceiveBytesPerTurn = 64 * 1024;

    private readonly Thread _thread;
    private readonly Action<Exception> _onError;
    private readonly LoopTimers _timers;
    private readonly LoopWork _work;
    private volatile bool _stopping;
    private long _longestTurn;

    /// <param name="name">Name of the thread, for those who look at the process from outside.</param>
    /// <param name="onError">Takes what a callback throws; the loop goes on. Called on the loop.</param>
    /// <param name="time">The system's clock if null.</param>
    public EventLoop(string name, Action<Exception> onError, TimeProvider? time = null)
        : this(name, onError, time ?? TimeProvider.System, OperatingSystem.IsLinux() ? new EpollPoller() : new SelectPoller())
    {
    }

    internal EventLoop(string name, Action<Exception> onError, TimeProvider time, ISocketPoller poller)
    {
        ArgumentNullException.ThrowIfNull(onError);
        Time = time;
        Sockets = poller;
        _onError = onError;
        _timers = new LoopTimers(time);
        _work = new LoopWork(WakeFromOutside, onError);
        _thread = new Thread(Run) { Name = name, IsBackground = true };
        _thread.Start();
    }

    public TimeProvider Time { get; }

    public bool IsCurrent => Thread.CurrentThread == _thread;

    /// <summary>Watches the sockets of this loop. Loop thread only.</summary>
    public ISocketPoller Sockets { get; }

    /// <summary>The longest time that one turn has kept everybody waiting so far.</summary>
    public TimeSpan LongestTurn => Stopwatch.GetElapsedTime(0, Volatile.Read(ref _longestTurn));

    /// <summary>Where every socket of this loop receives; what is not used up at once is copied away.</summary>
    internal byte[] ReceiveBuffer { get; } = GC.AllocateUninitializedArray<byte>(ReceiveBytesPerTurn, pinned: true);

    /// <summary>Memory for the streams of this loop.</summary>
    internal ByteQueuePool Queues { get; } = new();

    public void Post(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        _work.Post(work);
    }

    public void Defer(ITurnEnd work)
    {
        ArgumentNullException.ThrowIfNull(work);
        Debug.Assert(IsCurrent, "Defer is for the loop thread.");
        _work.Defer(work);
    }

    public IDisposable Schedule(TimeSpan delay, Action work)
    {
        Debug.Assert(IsCurrent, "Schedule is for the loop thread.");
        return _timers.Schedule(delay, work);
    }

    /// <summary>Ends the loop after the turn that it is in. Returns when it has ended, unless called on the loop itself.</summary>
    public void Dispose()
    {
        _stopping = true;
        if (IsCurrent)
            return;
        if (_thread.IsAlive)
            Sockets.Wake();
        _thread.Join();
    }

    private void Run()
    {
        SynchronizationContext.SetSynchronizationContext(_work);
        while (!_stopping)
        {
            Sockets.Wait(WaitMilliseconds(), _onError);
            var start = Stopwatch.GetTimestamp();
            _timers.RunDue(_onError);
            _work.RunTurn();
            var took = Stopwatch.GetTimestamp() - start;
            if (took > _longestTurn)
                Volatile.Write(ref _longestTurn, took);
        }
        Sockets.Dispose();
    }

    private int WaitMilliseconds()
    {
        if (_work.HasWork)
            return 0;
        return _timers.UntilNext() is { } next ? (int)Math.Min(Math.Ceiling(next.TotalMilliseconds), int.MaxValue) : -1;
    }

    private void WakeFromOutside()
    {
        if (!IsCurrent && !_stopping)
            Sockets.Wake();
    }
}
