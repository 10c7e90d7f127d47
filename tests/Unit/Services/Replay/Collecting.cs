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

    public ValueTask FlushAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
