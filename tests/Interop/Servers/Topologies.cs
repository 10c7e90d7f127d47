using System.Collections.Concurrent;

namespace Sametime.Tests.Interop.Servers;

/// <summary>The shapes that every test of this project is run against.</summary>
public enum Shape
{
    OneProcess,
    ThreeProcesses,
    EdgeChain,
    TwoHubs,
}

/// <summary>A community that tests share: of a shape, for all tests that do it no harm or for those of one class.</summary>
internal sealed record Community(Shape Shape, Type? Class = null);

/// <summary>
/// Starts a community when the first test asks for it, and keeps it for all others. One test at a time is at it: tests at different
/// communities run side by side, and know nothing of one another.
/// </summary>
public sealed class Topologies : IAsyncLifetime
{
    private readonly ConcurrentDictionary<Community, Lazy<Task<Topology>>> _started = [];
    private readonly ConcurrentDictionary<Community, SemaphoreSlim> _turns = [];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        var started = _started.Values.Select(community => community.Value).Where(community => community.IsCompletedSuccessfully);
        await Task.WhenAll(started.Select(community => community.Result.DisposeAsync().AsTask()));
        foreach (var turn in _turns.Values)
        {
            turn.Dispose();
        }
    }

    /// <summary>Waits until no other test is at this community; what comes back ends the turn.</summary>
    internal async Task<IDisposable> TakeTurnAsync(Community community)
    {
        var turn = _turns.GetOrAdd(community, _ => new SemaphoreSlim(1));
        await turn.WaitAsync(TestContext.Current.CancellationToken);
        return new Turn(turn);
    }

    /// <summary>This community, running. One that does not start is not tried again for each test.</summary>
    internal Task<Topology> GetAsync(Community community) =>
        _started.GetOrAdd(community, _ => new Lazy<Task<Topology>>(() => StartAsync(community.Shape))).Value;

    /// <summary>A community of its own, for tests that kill parts of it or count what it holds.</summary>
    internal static async Task<Topology> StartAsync(Shape shape)
    {
        Topology topology = shape switch
        {
            Shape.OneProcess => new OneProcess(),
            Shape.ThreeProcesses => new ThreeProcesses(),
            Shape.EdgeChain => new EdgeChain(),
            Shape.TwoHubs => new TwoHubs(),
            _ => throw new ArgumentOutOfRangeException(nameof(shape), shape, null),
        };

        try
        {
            await topology.StartAsync();
            return topology;
        }
        catch
        {
            await topology.DisposeAsync();
            throw;
        }
    }

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}

/// <summary>Theory data: each shape once.</summary>
public static class Shapes
{
    public static TheoryData<Shape> All => [.. Enum.GetValues<Shape>()];
}
