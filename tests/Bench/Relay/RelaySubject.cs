using System.Net;
using Sametime.Contracts.Loop;
using Sametime.Tests.Bench.Load;

namespace Sametime.Tests.Bench.Relay;

/// <summary>The bare relay as a subject: the baseline of every run.</summary>
internal sealed class RelaySubject() : Subject("bare relay")
{
    private ServerProcess? _server;

    public override IReadOnlyList<int> Processes => [_server!.Id];

    public override IPEndPoint EndPointOf(int number) => _server!.EndPoint;

    public override async Task StartAsync(int users, CancellationToken stop) =>
        _server = await ServerProcess.StartAsync("Sametime.Tests.Bench.dll", ["relay"], stop);

    public override LoadClient NewClient(IByteStream stream, int number) => new RelayClient(stream, (uint)number);

    public override Task JoinAsync(LoadClient one, int oneNumber, LoadClient other, int otherNumber)
    {
        ((RelayClient)one).Join((uint)otherNumber);
        ((RelayClient)other).Join((uint)oneNumber);
        return Task.CompletedTask;
    }

    public override Task WatchAsync(LoadClient watcher, int watched) => ((RelayClient)watcher).WatchAsync((uint)watched);

    public override ValueTask DisposeAsync()
    {
        _server?.Dispose();
        return ValueTask.CompletedTask;
    }
}
