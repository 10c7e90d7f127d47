using Sametime.Contracts.Providers;
using Sametime.Services.Replay;

namespace Sametime.Tests.Unit.Services.Replay;

/// <summary>Keeps what it takes.</summary>
internal sealed class Collecting : IReplayTarget
{
    public List<StoredEvent> Taken { get; } = [];

    /// <summary>Is told how many were taken.</summary>
    public Action<int> OnTaken { get; init; } = _ => { };

    public ValueTask TakeAsync(StoredEvent stored)
    {
        Taken.Add(stored);
        OnTaken(Taken.Count);
        return ValueTask.CompletedTask;
    }

    /// <summary>How often it was flushed.</summary>
    public int Flushes { get; private set; }

    public ValueTask FlushAsync()
    {
        Flushes++;
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
