using System.Net;
using System.Net.Sockets;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Loop.Tcp;

namespace Sametime.Tests.Bench.Load;

/// <summary>
/// Connections of the generator. They come from many loopback addresses in turn, as clients do: a server holds one address to
/// so many logins at once, and one address has only so many ports.
/// </summary>
internal sealed class GeneratorSockets(EventLoop loop)
{
    private const int Addresses = 250;

    private readonly TcpOptions _options = new();
    private int _opened;

    /// <summary>
    /// Connects, and waits for it: on this machine that takes no time, and a socket that was ever connected by <c>await</c> stays
    /// with the poller of the runtime, which would then wake a thread of its pool for everything that comes.
    /// </summary>
    public IByteStream Connect(IPEndPoint server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(new IPAddress([127, 1, 0, (byte)((_opened++ % Addresses) + 1)]), 0));
            socket.Connect(server);
            return new TcpByteStream(loop, socket, _options);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
