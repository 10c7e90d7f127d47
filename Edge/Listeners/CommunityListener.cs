using System.Net;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Loop.Tcp;

namespace Sametime.Edge.Listeners;

/// <summary>The community port.</summary>
internal sealed class CommunityListener : IDisposable
{
    private readonly TcpAcceptor _acceptor;

    /// <summary>Listens at once; throws with one clear sentence when the address is not one.</summary>
    public CommunityListener(EventLoop loop, EdgeOptions options, ConnectionIntake intake)
    {
        if (!IPAddress.TryParse(options.ListenAddress, out var address))
        {
            throw new InvalidOperationException($"Edge:ListenAddress is '{options.ListenAddress}', which is no IP address.");
        }

        var tcp = new TcpOptions();
        _acceptor = new TcpAcceptor(
            loop, new IPEndPoint(address, options.Port), tcp, socket => intake.Take(new TcpByteStream(loop, socket, tcp), socket));
    }

    public IPEndPoint LocalEndPoint => _acceptor.LocalEndPoint;

    public void Dispose() => _acceptor.Dispose();
}
