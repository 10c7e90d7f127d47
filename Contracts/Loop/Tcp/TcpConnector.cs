using System.Net;
using System.Net.Sockets;

namespace Sametime.Contracts.Loop.Tcp;

/// <summary>Makes one outgoing connection, without leaving the loop.</summary>
public sealed class TcpConnector : IReadyHandler
{
    private readonly EventLoop _loop;
    private readonly Socket _socket;
    private readonly TcpOptions _options;
    private readonly TaskCompletionSource<TcpByteStream> _done = new();
    private readonly IDisposable _deadline;

    private TcpConnector(EventLoop loop, Socket socket, TimeSpan timeout, TcpOptions options)
    {
        _loop = loop;
        _socket = socket;
        _options = options;
        _deadline = loop.Schedule(timeout, () => Fail(SocketError.TimedOut));
    }

    /// <summary>Loop thread only. Fails with a <see cref="SocketException"/>; <see cref="SocketError.TimedOut"/> when nobody answers.</summary>
    public static Task<TcpByteStream> ConnectAsync(EventLoop loop, IPEndPoint endPoint, TimeSpan timeout, TcpOptions options)
    {
        ArgumentNullException.ThrowIfNull(loop);
        ArgumentNullException.ThrowIfNull(endPoint);
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        var connector = new TcpConnector(loop, socket, timeout, options);
        connector.Start(endPoint);
        return connector._done.Task;
    }

    public void OnReady(Readiness readiness)
    {
        _loop.Sockets.Remove(_socket);
        var error = (SocketError)(int)_socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
        if (error == SocketError.Success)
        {
            _deadline.Dispose();
            _done.TrySetResult(new TcpByteStream(_loop, _socket, _options));
        }
        else
        {
            Close(error);
        }
    }

    private void Start(IPEndPoint endPoint)
    {
        try
        {
            _socket.Connect(endPoint);
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            // The usual case: it is under way.
        }
        catch (SocketException error)
        {
            Close(error.SocketErrorCode);
            return;
        }
        _loop.Sockets.Add(_socket, Readiness.Write, this);
    }

    private void Fail(SocketError error)
    {
        _loop.Sockets.Remove(_socket);
        Close(error);
    }

    private void Close(SocketError error)
    {
        _deadline.Dispose();
        _socket.Dispose();
        _done.TrySetException(new SocketException((int)error));
    }
}
