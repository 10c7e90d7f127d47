using Sametime.Contracts.Providers;

namespace Sametime.Services.Replay;

/// <summary>Where a replay puts the events. Never a live participant.</summary>
internal interface IReplayTarget : IAsyncDisposable
{
    /// <summary>
    /// Whether it must be given once more what a former part of the same replay gave, because nothing of it outlives the process.
    /// </summary>
    bool StartsAnew => false;

    /// <summary>Takes an event; may keep it back until it is flushed.</summary>
    ValueTask TakeAsync(StoredEvent stored);

    /// <summary>Ends when whatever was taken is where it is meant to be, and the replay need not give it again.</summary>
    ValueTask FlushAsync();
}
