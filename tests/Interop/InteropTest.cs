using Sametime.Tests.Interop.Servers;

namespace Sametime.Tests.Interop;

/// <summary>A test against started servers: when it fails, what the servers wrote is part of its output.</summary>
public abstract class InteropTest(Topologies topologies, ITestOutputHelper output) : IAsyncLifetime
{
    private readonly List<Topology> _own = [];
    private Topology? _common;
    private IDisposable? _turn;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        var failed = TestContext.Current.TestState?.Result == TestResult.Failed;
        foreach (var topology in failed && _common is not null ? [.. _own, _common] : _own)
        {
            if (failed)
            {
                output.WriteLine(topology.Logs());
            }
        }

        foreach (var topology in _own)
        {
            await topology.DisposeAsync();
        }

        _turn?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The community that all tests of this shape share, one after the other.</summary>
    internal Task<Topology> ServerAsync(Shape shape) => CommonAsync(new Community(shape));

    /// <summary>The same for the tests of this class alone, which stop parts of it or change what holds for all users.</summary>
    internal Task<Topology> ServerOfClassAsync(Shape shape) => CommonAsync(new Community(shape, GetType()));

    /// <summary>A community that is this test's alone, to kill and to count.</summary>
    internal async Task<Topology> OwnServerAsync(Shape shape)
    {
        var topology = await Topologies.StartAsync(shape);
        _own.Add(topology);
        return topology;
    }

    /// <summary>The same, of a shape that few tests need.</summary>
    internal async Task<Topology> OwnServerAsync(Topology topology)
    {
        _own.Add(topology);
        await topology.StartAsync();
        return topology;
    }

    private async Task<Topology> CommonAsync(Community community)
    {
        Assert.Null(_turn);
        _turn = await topologies.TakeTurnAsync(community);
        _common = await topologies.GetAsync(community);
        // A test that stopped a part of it may have failed before it started it again.
        await _common.StartProcessesAsync();
        return _common;
    }
}
