using Sametime.Contracts.Loop;

namespace Sametime.Tests.Simulation.World;

/// <summary>
/// The loop of a simulated process. Its turns are events of the universe; a process that is killed has none any more, one that is stopped
/// has them all when it goes on.
/// </summary>
internal sealed class SimLoop : SynchronizationContext, ILoop
{
    private readonly Universe _universe;
    private readonly Queue<Action> _posted = [];
    private readonly List<ITurnEnd> _deferred = [];
    private readonly List<Action> _heldBack = [];
    private bool _isTurnComing;
    private bool _isStopped;

    public SimLoop(Universe universe, string name)
    {
        (_universe, Name) = (universe, name);
        Clock = new SkewedClock(universe, this);
    }

    public string Name { get; }

    public SkewedClock Clock { get; }

    public TimeProvider Time => Clock;

    public bool IsCurrent { get; private set; }

    public bool IsDead { get; private set; }

    /// <summary>What a callback has thrown; a run that ends with one has failed.</summary>
    public Action<Exception> OnFault { get; set; } = static error => throw new InvalidOperationException("A callback on a loop has thrown.", error);

    public void Post(Action work)
    {
        if (IsDead)
            return;
        _posted.Enqueue(work);
        if (IsCurrent || _isTurnComing)
            return;
        _isTurnComing = true;
        _universe.At(_universe.Now, () => Enter(static () => { }));
    }

    public void Defer(ITurnEnd work) => _deferred.Add(work);

    public IDisposable Schedule(TimeSpan delay, Action work)
    {
        var timer = new Timer(work);
        _universe.After(delay, () => Enter(timer.Run));
        return timer;
    }

    /// <summary>Something reaches the process from outside at this moment.</summary>
    public void Enter(Action happening)
    {
        if (IsDead)
            return;
        if (_isStopped)
        {
            _heldBack.Add(happening);
            return;
        }
        var outer = Current;
        SetSynchronizationContext(this);
        IsCurrent = true;
        _isTurnComing = false;
        Run(happening);
        while (!IsDead && (_posted.Count > 0 || _deferred.Count > 0))
        {
            while (_posted.TryDequeue(out var work))
                Run(work);
            var ending = _deferred.ToArray();
            _deferred.Clear();
            foreach (var work in ending)
                Run(work.OnTurnEnd);
        }
        IsCurrent = false;
        SetSynchronizationContext(outer);
    }

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        IsDead = true;
        _posted.Clear();
        _deferred.Clear();
        _heldBack.Clear();
    }

    /// <summary>SIGSTOP.</summary>
    public void Stop() => _isStopped = true;

    /// <summary>SIGCONT: everything that came meanwhile happens now.</summary>
    public void Continue()
    {
        _isStopped = false;
        var heldBack = _heldBack.ToArray();
        _heldBack.Clear();
        foreach (var happening in heldBack)
            Enter(happening);
    }

    public override void Post(SendOrPostCallback d, object? state) => Post(() => d(state));

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("Nothing on a loop may block.");

    private void Run(Action work)
    {
        try
        {
            work();
        }
        catch (Exception error)
        {
            OnFault(error);
        }
    }

    private sealed class Timer(Action work) : IDisposable
    {
        private Action? _work = work;

        public void Run()
        {
            var work = _work;
            _work = null;
            work?.Invoke();
        }

        public void Dispose() => _work = null;
    }
}
