using System.Net;
using System.Net.Sockets;

namespace Sametime.Contracts.Loop.Tcp;

/// <summary>Listens on an end point and hands over each accepted socket on the loop.</summary>
public sealed class TcpAcceptor : IReadyHandler, IDisposable
{
    private readonly EventLoop _loop;
    private readonly Socket _socket;
    private readonly TcpOptions _options;
    private readonly Action<Socket> _onAccepted;
    private IDisposable? _retry;
    private bool _isClosed;

    /// <summary>
    /// Listens at once. Loop thread only. Throws a <see cref="SocketException"/> when the end point is taken.
    /// <paramref name="onAccepted"/> takes the socket over, also to close it.
    /// </summary>
    public TcpAcceptor(EventLoop loop, IPEndPoint endPoint, TcpOptions options, Action<Socket> onAccepted)
    {
        ArgumentNullException.ThrowIfNull(loop);
        ArgumentNullException.ThrowIfNull(endPoint);
        ArgumentNullException.ThrowIfNull(options);
        _loop = loop;
        _options = options;
        _onAccepted = onAccepted;
        _socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // Not ReuseAddress: on Linux .NET makes it SO_REUSEPORT besides, and two servers would share the port unnoticed. To begin
            // again while old connections still wind down needs nothing; .NET sees to that in Bind.
            if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
                _socket.DualMode = true;
            _socket.Bind(endPoint);
            _socket.Listen(options.BacklogMax);
            _socket.Blocking = false;
            _loop.Sockets.Add(_socket, Readiness.Read, this);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <summary>Where it listens; the port is a real one also when 0 was asked for.</summary>
    public IPEndPoint LocalEndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Times that accepting had to stop because the process had no file descriptor left.</summary>
    public int ExhaustedCount { get; private set; }

    public void OnReady(Readiness readiness)
    {
        // Asking first is one more system call; an exception for each empty accept would cost a hundred times that.
        for (var i = 0; i < _options.AcceptsPerTurnMax && !_isClosed && _retry is null && _socket.Poll(0, SelectMode.SelectRead); i++)
        {
            if (Accept() is { } accepted)
                _onAccepted(accepted);
        }
    }

    public void Dispose()
    {
        if (_isClosed)
            return;
        _isClosed = true;
        _retry?.Dispose();
        _loop.Sockets.Remove(_socket);
        _socket.Dispose();
    }

    private Socket? Accept()
    {
        try
        {
            return _socket.Accept();
        }
        catch (SocketException error)
        {
            // Everything else is about the one connection, which its peer has given up already.
            if (error.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
                PauseAccepting();
            return null;
        }
    }

    // The waiting connection stays readable, so without a pause the loop would spin.
    private void PauseAccepting()
    {
        ExhaustedCount++;
        _loop.Sockets.Change(_socket, Readiness.None);
        _retry = _loop.Schedule(_options.AcceptRetryDelay, () =>
        {
            _retry = null;
            _loop.Sockets.Change(_socket, Readiness.Read);
        });
    }
}
