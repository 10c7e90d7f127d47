using Sametime.Contracts.Providers;

namespace Sametime.Services.Replay;

/// <summary>Where a replay puts the events. Never a live participant.</summary>
internal interface IReplayTarget : IAsyncDisposable
{
    /// <summary>
    /// Whether it must be given once more what a former part of the same replay gave, because nothing of it outlives the process.
    /// </summary>
    bool StartsAnew => false;

    /// <summary>The last position that is known to be where it is meant to be, for a target that knows before it is flushed; 0 otherwise.</summary>
    long Confirmed => 0;

    /// <summary>Takes an event; may keep it back until it is flushed.</summary>
    /// <exception cref="ReplayTargetException">It takes no more.</exception>
    ValueTask TakeAsync(StoredEvent stored);

    /// <summary>Ends when whatever was taken is where it is meant to be, and the replay need not give it again.</summary>
    /// <exception cref="ReplayTargetException">It is not, and will not be.</exception>
    ValueTask FlushAsync();
}

/// <summary>A target can take no more: the replay ends with what it has done. The message is one sentence.</summary>
internal sealed class ReplayTargetException(string message, Exception inner) : Exception(message, inner);
