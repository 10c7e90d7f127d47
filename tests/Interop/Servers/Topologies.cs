namespace Sametime.Tests.Interop.Servers;

/// <summary>The shapes that every test of this project is run against.</summary>
public enum Shape
{
    OneProcess,
    ThreeProcesses,
    EdgeChain,
    TwoHubs,
}

/// <summary>Starts a community of each shape when the first test asks for it, and keeps it for all tests that do it no harm.</summary>
public sealed class Topologies : IAsyncLifetime
{
    private readonly Dictionary<Shape, Task<Topology>> _started = [];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var started in _started.Values.Where(s => s.IsCompletedSuccessfully))
        {
            await (await started).DisposeAsync();
        }
    }

    /// <summary>The common community of that shape. One that does not start is not tried again for each test.</summary>
    internal Task<Topology> GetAsync(Shape shape)
    {
        if (!_started.TryGetValue(shape, out var started))
        {
            started = StartAsync(shape);
            _started.Add(shape, started);
        }

        return started;
    }

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
}

/// <summary>Theory data: each shape once.</summary>
public static class Shapes
{
    public static TheoryData<Shape> All => [.. Enum.GetValues<Shape>()];
}
