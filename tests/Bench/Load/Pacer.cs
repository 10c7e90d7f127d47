using System.Diagnostics;
using Sametime.Contracts.Loop;

namespace Sametime.Tests.Bench.Load;

/// <summary>Does something so many times a second, in small steps, and catches up when a step came late.</summary>
internal sealed class Pacer : IDisposable
{
    public delegate void Step(ref int turn);

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly ILoop _loop;
    private readonly int _perSecond;
    private readonly Step _step;
    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private IDisposable _timer;
    private long _done;
    private int _turn;

    public Pacer(ILoop loop, int perSecond, Step step)
    {
        _loop = loop;
        _perSecond = perSecond;
        _step = step;
        _timer = loop.Schedule(Tick, OnTick);
    }

    public void Dispose() => _timer.Dispose();

    private void OnTick()
    {
        var due = (long)(Stopwatch.GetElapsedTime(_startedAt).TotalSeconds * _perSecond);
        for (; _done < due; _done++)
        {
            _step(ref _turn);
        }

        _timer = _loop.Schedule(Tick, OnTick);
    }
}

/// <summary>Waiting on a loop.</summary>
internal static class LoopDelay
{
    /// <summary>Ends after <paramref name="delay"/>, on the loop.</summary>
    public static Task DelayAsync(this ILoop loop, TimeSpan delay, CancellationToken stop)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Schedule(delay, () => done.TrySetResult());
        return done.Task.WaitAsync(stop);
    }
}
