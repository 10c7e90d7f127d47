using System.Net;
using System.Net.Sockets;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Loop.Tcp;

namespace Sametime.Contracts.Link.Tcp;

/// <summary>Accepts links over TCP. Loop thread only.</summary>
public sealed class TcpLinkListener : IDisposable
{
    private readonly EventLoop _loop;
    private readonly LinkIdentity _me;
    private readonly LinkTrust _trust;
    private readonly LinkOptions _options;
    private readonly TcpOptions _tcp;
    private readonly ILinkHandler _handler;
    private readonly Action<LinkFailure> _onFailure;
    private readonly TcpAcceptor _acceptor;

    /// <summary>Listens at once. <paramref name="onFailure"/> hears of each refused link, e.g. to log it.</summary>
    public TcpLinkListener(
        EventLoop loop, IPEndPoint endPoint, LinkIdentity me, LinkTrust trust, LinkOptions options, TcpOptions tcp,
        ILinkHandler handler, Action<LinkFailure> onFailure)
    {
        _loop = loop;
        _me = me;
        _trust = trust;
        _options = options;
        _tcp = tcp;
        _handler = handler;
        _onFailure = onFailure;
        _acceptor = new TcpAcceptor(loop, endPoint, tcp, OnAccepted);
    }

    public IPEndPoint LocalEndPoint => _acceptor.LocalEndPoint;

    /// <summary>Stops listening; open links live on.</summary>
    public void Dispose() => _acceptor.Dispose();

    private void OnAccepted(Socket socket) =>
        LinkSession.Accept(_loop, new TcpByteStream(_loop, socket, _tcp), _me, _trust, _options, _handler, _onFailure);
}
