using System.Net;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Loop.Tcp;

namespace Sametime.Tests.Bench.Relay;

/// <summary><c>relay</c>: runs the bare relay until its standard input ends.</summary>
internal static class RelayCommand
{
    public static async Task<int> RunAsync()
    {
        using var loop = new EventLoop("relay", e => Console.Error.WriteLine(e));
        var ready = new TaskCompletionSource<IPEndPoint>();
        var server = new RelayServer();
        var options = new TcpOptions();
        loop.Post(() =>
        {
            var acceptor = new TcpAcceptor(loop, new IPEndPoint(IPAddress.Loopback, 0), options, socket => server.OnAccepted(new TcpByteStream(loop, socket, options)));
            ready.SetResult(acceptor.LocalEndPoint);
        });
        Console.WriteLine($"relay ready on {await ready.Task}");
        await Console.In.ReadToEndAsync();
        return 0;
    }
}
