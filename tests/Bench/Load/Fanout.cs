using System.Diagnostics;

namespace Sametime.Tests.Bench.Load;

/// <summary>One client whose status changes, and many that are told. A change begins when the last copy of the one before has arrived.</summary>
internal sealed class Fanout
{
    private readonly LoadClient _watched;
    private readonly int _watchers;
    private TaskCompletionSource _done = new();
    private int _arrived;
    private int _changesLeft;
    private uint _number;
    private long _startedAt;

    public Fanout(LoadClient watched, IReadOnlyList<LoadClient> watchers)
    {
        _watched = watched;
        _watchers = watchers.Count;
        foreach (var watcher in watchers)
        {
            watcher.Received = OnReceived;
        }
    }

    public Latencies LastCopy { get; } = new();

    /// <summary>Ends when the last copy of the last change has arrived.</summary>
    public Task RunAsync(int changes)
    {
        _done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _changesLeft = changes;
        Change();
        return _done.Task;
    }

    private void Change()
    {
        _arrived = 0;
        _startedAt = Stopwatch.GetTimestamp();
        _watched.Publish(++_number);
    }

    private void OnReceived(LoadClient watcher, ReadOnlySpan<byte> body)
    {
        if (++_arrived < _watchers)
        {
            return;
        }

        LastCopy.Add(_startedAt);
        if (--_changesLeft == 0)
        {
            _done.TrySetResult();
        }
        else
        {
            Change();
        }
    }
}
