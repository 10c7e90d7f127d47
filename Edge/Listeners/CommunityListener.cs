using System.Net;
using System.Net.Sockets;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Loop.Tcp;

namespace Sametime.Edge.Listeners;

/// <summary>The community port.</summary>
internal sealed class CommunityListener : IDisposable
{
    private readonly TcpAcceptor _acceptor;

    /// <summary>Listens at once; throws with one clear sentence when the address is not one.</summary>
    /// <param name="loop">The loop of the listener and of the connections.</param>
    /// <param name="options">Where to listen.</param>
    /// <param name="tcp">How sockets are set up.</param>
    /// <param name="taken">Takes each new connection over: its stream, and the socket under it.</param>
    public CommunityListener(EventLoop loop, EdgeOptions options, TcpOptions tcp, Action<TcpByteStream, Socket> taken)
    {
        if (!IPAddress.TryParse(options.ListenAddress, out var address))
        {
            throw new InvalidOperationException($"Edge:ListenAddress is '{options.ListenAddress}', which is no IP address.");
        }

        _acceptor = new TcpAcceptor(
            loop, new IPEndPoint(address, options.Port), tcp, socket => taken(new TcpByteStream(loop, socket, tcp), socket));
    }

    public IPEndPoint LocalEndPoint => _acceptor.LocalEndPoint;

    public void Dispose() => _acceptor.Dispose();
}
