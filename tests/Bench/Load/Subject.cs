using System.Net;
using Sametime.Contracts.Loop;

namespace Sametime.Tests.Bench.Load;

/// <summary>A server under load, in processes of its own, and how to make clients for it.</summary>
internal abstract class Subject(string name) : IAsyncDisposable
{
    public string Name { get; } = name;

    /// <summary>Its processes, whose cost is measured.</summary>
    public abstract IReadOnlyList<int> Processes { get; }

    /// <summary>Where the client of this number connects.</summary>
    public abstract IPEndPoint EndPointOf(int number);

    public abstract Task StartAsync(int users, CancellationToken stop);

    /// <summary>A client on a connected stream; called on the loop.</summary>
    public abstract LoadClient NewClient(IByteStream stream, int number);

    /// <summary>Joins two clients for messages in both directions.</summary>
    public abstract Task JoinAsync(LoadClient one, int oneNumber, LoadClient other, int otherNumber);

    /// <summary>Lets a client watch another's status.</summary>
    public abstract Task WatchAsync(LoadClient watcher, int watched);

    /// <summary>What the subject itself has to tell when the scenarios are done; null for nothing.</summary>
    public virtual Task<string?> TellAsync(CancellationToken stop) => Task.FromResult<string?>(null);

    public abstract ValueTask DisposeAsync();
}
