using System.Net;
using System.Net.Sockets;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Loop.Tcp;

namespace Sametime.Tests.Bench.Load;

/// <summary>
/// Connections of the generator. Each few hundred come from another loopback address, as a server limits what one address may
/// open, and as one address has only so many ports.
/// </summary>
internal sealed class GeneratorSockets(EventLoop loop)
{
    private const int PerAddress = 400;

    private readonly TcpOptions _options = new();
    private int _opened;

    public async Task<IByteStream> ConnectAsync(IPEndPoint server, CancellationToken stop)
    {
        var number = _opened++ / PerAddress;
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(new IPAddress([127, 1, (byte)(number / 200), (byte)((number % 200) + 1)]), 0));
            await socket.ConnectAsync(server, stop);
            return new TcpByteStream(loop, socket, _options);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
