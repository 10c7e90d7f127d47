using Sametime.Contracts.Providers;
using Sametime.Services.Replay.Community;

namespace Sametime.Services.Replay.Targets;

/// <summary>Folds the events into a closed community that can be asked.</summary>
internal sealed class SandboxTarget(Sandbox sandbox) : IReplayTarget
{
    public bool StartsAnew => true;

    public ValueTask TakeAsync(StoredEvent stored)
    {
        sandbox.Apply(stored.Envelope);
        return ValueTask.CompletedTask;
    }

    public ValueTask FlushAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
