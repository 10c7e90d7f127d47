using System.Net.Sockets;

namespace Sametime.Contracts.Loop.Tcp;

/// <summary>
/// Waits for the first byte of an accepted socket and looks at it without taking it, so that one port can serve plain
/// and TLS clients.
/// </summary>
public sealed class FirstByte : IReadyHandler
{
    private readonly EventLoop _loop;
    private readonly Socket _socket;
    private readonly Action<Socket, byte?> _decide;
    private readonly IDisposable _deadline;

    private FirstByte(EventLoop loop, Socket socket, TimeSpan deadline, Action<Socket, byte?> decide)
    {
        _loop = loop;
        _socket = socket;
        _decide = decide;
        _deadline = loop.Schedule(deadline, () => Decide(null));
        socket.Blocking = false;
        loop.Sockets.Add(socket, Readiness.Read, this);
    }

    /// <summary>
    /// Calls <paramref name="decide"/> once, with the socket, which is its to use or to close, and its first byte; null when
    /// none came before the deadline or the peer is gone. Loop thread only.
    /// </summary>
    public static void Peek(EventLoop loop, Socket socket, TimeSpan deadline, Action<Socket, byte?> decide)
    {
        ArgumentNullException.ThrowIfNull(loop);
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(decide);
        _ = new FirstByte(loop, socket, deadline, decide);
    }

    public void OnReady(Readiness readiness)
    {
        var count = _socket.Receive(_loop.ReceiveBuffer.AsSpan(0, 1), SocketFlags.Peek, out var error);
        if (error is SocketError.WouldBlock or SocketError.Interrupted)
            return;
        Decide(count == 1 ? _loop.ReceiveBuffer[0] : null);
    }

    private void Decide(byte? first)
    {
        _deadline.Dispose();
        _loop.Sockets.Remove(_socket);
        _decide(_socket, first);
    }
}
