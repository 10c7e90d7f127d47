namespace Sametime.Contracts.Loop;

/// <summary>
/// The timers of a loop, nearest first; equal ones run in the order made. A cancelled timer stays in the queue, empty,
/// until its time comes or the empty ones are in the majority.
/// </summary>
public sealed class LoopTimers(TimeProvider time)
{
    private const int SweepFrom = 64;

    private readonly PriorityQueue<Entry, (long Due, long Order)> _queue = new();
    private long _order;
    private int _cancelled;

    /// <summary>Timers that will still run.</summary>
    public int Count => _queue.Count - _cancelled;

    public IDisposable Schedule(TimeSpan delay, Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var ticks = (long)Math.Max(0, Math.Ceiling(delay.TotalSeconds * time.TimestampFrequency));
        var entry = new Entry(this, work);
        _queue.Enqueue(entry, (time.GetTimestamp() + ticks, _order++));
        return entry;
    }

    /// <summary>Time until the next timer, rounded up; null when there is none.</summary>
    public TimeSpan? UntilNext()
    {
        while (_queue.TryPeek(out var entry, out var priority))
        {
            if (entry.Work is not null)
                return TimeSpan.FromTicks(Math.Max(0, (long)Math.Ceiling((priority.Due - time.GetTimestamp()) * (double)TimeSpan.TicksPerSecond / time.TimestampFrequency)));
            Drop();
        }
        return null;
    }

    /// <summary>Runs what is due now. What the work schedules waits for the next call, even with no delay.</summary>
    public void RunDue(Action<Exception> onError)
    {
        if (_queue.Count == 0)
            return;
        var (now, end) = (time.GetTimestamp(), _order);
        while (_queue.TryPeek(out var entry, out var priority) && priority.Due <= now && priority.Order < end)
        {
            var work = entry.Work;
            if (work is null)
            {
                Drop();
                continue;
            }
            _queue.Dequeue();
            entry.Work = null;
            try
            {
                work();
            }
            catch (Exception error)
            {
                onError(error);
            }
        }
    }

    private void Drop()
    {
        _queue.Dequeue();
        _cancelled--;
    }

    private void OnCancelled()
    {
        _cancelled++;
        if (_queue.Count < SweepFrom || _cancelled * 2 < _queue.Count)
            return;
        var live = _queue.UnorderedItems.Where(static item => item.Element.Work is not null).ToArray();
        _queue.Clear();
        _queue.EnqueueRange(live);
        _cancelled = 0;
    }

    private sealed class Entry(LoopTimers timers, Action work) : IDisposable
    {
        /// <summary>Null once it has run or was cancelled.</summary>
        public Action? Work { get; set; } = work;

        public void Dispose()
        {
            if (Work is null)
                return;
            Work = null;
            timers.OnCancelled();
        }
    }
}
