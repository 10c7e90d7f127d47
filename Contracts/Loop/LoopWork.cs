namespace Sametime.Contracts.Loop;

/// <summary>
/// What waits to run on a loop: posted work, in order, from any thread; and work deferred to the end of the turn. Also
/// the context by which awaiting code comes back to its loop. Allocates nothing once its lists have grown.
/// </summary>
public sealed class LoopWork(Action wake, Action<Exception> onError) : SynchronizationContext
{
    /// <summary>Work that posts more work for ever must not keep sockets and timers waiting, so a turn runs only so much.</summary>
    private const int RoundsPerTurnMax = 100;

    private readonly Lock _gate = new();
    private List<Item> _posted = [];
    private List<Item> _running = [];
    private List<ITurnEnd> _deferred = [];
    private List<ITurnEnd> _ending = [];

    /// <summary>True while anything waits to run.</summary>
    public bool HasWork
    {
        get
        {
            lock (_gate)
                return _posted.Count > 0 || _deferred.Count > 0;
        }
    }

    public void Post(Action work) => Add(new Item(work, null, null));

    public void Defer(ITurnEnd work) => _deferred.Add(work);

    public override void Post(SendOrPostCallback d, object? state) => Add(new Item(null, d, state));

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("Nothing may block for a loop; post to it.");

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs posted work until none is left, then what was deferred. True when anything was run.</summary>
    public bool RunTurn()
    {
        var any = false;
        for (var round = 0; round < RoundsPerTurnMax && TakePosted(); round++)
        {
            any = true;
            foreach (var item in _running)
                Run(item);
            _running.Clear();
        }

        (_deferred, _ending) = (_ending, _deferred);
        any |= _ending.Count > 0;
        foreach (var work in _ending)
            End(work);
        _ending.Clear();
        return any;
    }

    private void Add(Item item)
    {
        bool isFirst;
        lock (_gate)
        {
            isFirst = _posted.Count == 0;
            _posted.Add(item);
        }
        if (isFirst)
            wake();
    }

    private bool TakePosted()
    {
        lock (_gate)
        {
            if (_posted.Count == 0)
                return false;
            (_posted, _running) = (_running, _posted);
            return true;
        }
    }

    private void Run(Item item)
    {
        try
        {
            if (item.Work is not null)
                item.Work();
            else
                item.Callback!(item.State);
        }
        catch (Exception error)
        {
            onError(error);
        }
    }

    private void End(ITurnEnd work)
    {
        try
        {
            work.OnTurnEnd();
        }
        catch (Exception error)
        {
            onError(error);
        }
    }

    private readonly record struct Item(Action? Work, SendOrPostCallback? Callback, object? State);
}
