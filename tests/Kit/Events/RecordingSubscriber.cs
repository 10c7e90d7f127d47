using System.Threading.Channels;
using Sametime.Contracts.Events;

namespace Sametime.Tests.Kit.Events;

/// <summary>Keeps what it hears; can be held inside a batch, and throws at an event or at the first calls if told to.</summary>
public sealed class RecordingSubscriber : IEventSubscriber
{
    private readonly Channel<IReadOnlyList<EventEnvelope>> _batches = Channel.CreateUnbounded<IReadOnlyList<EventEnvelope>>();
    private readonly TaskCompletionSource _called = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _calls;

    public bool IsHeld { get; init; }

    /// <summary>At which event it throws, however often it is given it.</summary>
    public Predicate<EventEnvelope> Poison { get; set; } = _ => false;

    /// <summary>How many of its first calls fail.</summary>
    public int FailingCalls { get; init; }

    /// <summary>Calls so far, failed ones included.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>Ends when it is called for the first time.</summary>
    public Task Called => _called.Task;

    public void Release() => _released.SetResult();

    public async ValueTask OnEventsAsync(IReadOnlyList<EventEnvelope> batch, CancellationToken stop)
    {
        var call = Interlocked.Increment(ref _calls);
        _called.TrySetResult();
        if (IsHeld)
            await _released.Task.WaitAsync(stop);
        if (call <= FailingCalls || batch.Any(one => Poison(one)))
            throw new InvalidOperationException("as told");
        _batches.Writer.TryWrite(batch);
    }

    /// <summary>The next batch that it handled.</summary>
    public Task<IReadOnlyList<EventEnvelope>> NextAsync(CancellationToken stop) => _batches.Reader.ReadAsync(stop).AsTask();

    /// <summary>The next events that it handles, as many as asked for.</summary>
    public async Task<List<EventEnvelope>> NextAsync(int events, CancellationToken stop)
    {
        var heard = new List<EventEnvelope>();
        while (heard.Count < events)
            heard.AddRange(await NextAsync(stop));
        return heard;
    }

    /// <summary>Every batch that it has handled and nobody has taken.</summary>
    public IReadOnlyList<IReadOnlyList<EventEnvelope>> Untaken()
    {
        var all = new List<IReadOnlyList<EventEnvelope>>();
        while (_batches.Reader.TryRead(out var batch))
            all.Add(batch);
        return all;
    }
}
