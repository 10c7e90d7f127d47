using System.Runtime.CompilerServices;
using Microsoft.Extensions.Time.Testing;
using Sametime.Contracts.Loop;
using Sametime.Tests.Kit.Ends;

namespace Sametime.Tests.Kit.Loop;

/// <summary>
/// A loop that runs only when the test says so, on the test's own thread, by a clock that the test moves. What a
/// callback throws comes out of the call that ran it.
/// </summary>
public sealed class ManualLoop : ILoop, IDisposable
{
    // Turns of one call with no time between them: no scene comes near it, and a loop that never rests ends with a sentence.
    private const int TurnsMax = 1_000_000;

    private readonly SemaphoreSlim _woken = new(0);
    private readonly List<Exception> _errors = [];
    private readonly LoopTimers _timers;
    private readonly LoopWork _work;
    private int _depth;

    public ManualLoop(FakeTimeProvider? clock = null)
    {
        Clock = clock ?? new FakeTimeProvider();
        _timers = new LoopTimers(Clock);
        _work = new LoopWork(() => _woken.Release(), _errors.Add);
    }

    /// <summary>The clock of this loop; see <see cref="Advance"/>.</summary>
    public FakeTimeProvider Clock { get; }

    public TimeProvider Time => Clock;

    /// <summary>True inside of the calls that run the loop.</summary>
    public bool IsCurrent => _depth > 0;

    /// <summary>Timers that have not run yet.</summary>
    public int TimerCount => _timers.Count;

    public void Post(Action work) => _work.Post(work);

    public void Defer(ITurnEnd work) => _work.Defer(work);

    public IDisposable Schedule(TimeSpan delay, Action work) => _timers.Schedule(delay, work);

    /// <summary>Runs <paramref name="work"/> as if a socket had brought it, then everything that follows from it.</summary>
    public void Run(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        Post(work);
        RunUntilIdle();
    }

    /// <summary>Runs due timers, posted and deferred work until nothing is left to do now. Inside of the loop: the call that runs it goes on with that.</summary>
    public void RunUntilIdle()
    {
        if (IsCurrent)
            return;
        for (var turns = 0; RunTurn(); turns++)
            ThrowIfEndless(turns);
    }

    /// <summary>Moves the clock, stopping at each timer on the way, and runs what is due.</summary>
    public void Advance(TimeSpan by)
    {
        RunUntilIdle();
        for (var atOnce = 0; _timers.UntilNext() is { } next && next <= by; atOnce = next > TimeSpan.Zero ? 0 : atOnce + 1)
        {
            ThrowIfEndless(atOnce);
            Clock.Advance(next);
            by -= next;
            RunUntilIdle();
        }
        Clock.Advance(by);
        RunUntilIdle();
    }

    /// <summary>Runs until <paramref name="isDone"/>, waiting for what other threads post.</summary>
    public async Task RunUntilAsync(Func<bool> isDone, CancellationToken stop, [CallerArgumentExpression(nameof(isDone))] string what = "")
    {
        ArgumentNullException.ThrowIfNull(isDone);
        RunUntilIdle();
        while (!isDone())
        {
            await _woken.WaitAsync(stop).ForAsync($"work on the loop, until {what}", stop).ConfigureAwait(false);
            RunUntilIdle();
        }
    }

    public void Dispose() => _woken.Dispose();

    private void ThrowIfEndless(int turns)
    {
        if (turns >= TurnsMax)
            throw new InvalidOperationException($"The loop has not come to rest in {TurnsMax} turns; {TimerCount} timers wait.");
    }

    private bool RunTurn()
    {
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_work);
        _depth++;
        bool any;
        try
        {
            var timers = _timers.Count;
            _timers.RunDue(_errors.Add);
            any = timers != _timers.Count;
            any |= _work.RunTurn();
        }
        finally
        {
            _depth--;
            SynchronizationContext.SetSynchronizationContext(outer);
        }
        if (_errors.Count == 0)
            return any;
        var errors = _errors.ToArray();
        _errors.Clear();
        throw errors.Length == 1 ? new InvalidOperationException("A callback on the loop has thrown.", errors[0]) : new AggregateException(errors);
    }
}
