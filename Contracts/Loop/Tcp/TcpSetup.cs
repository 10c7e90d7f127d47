using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Sametime.Contracts.Loop.Tcp;

/// <summary>What every TCP socket of ours is set to.</summary>
internal static class TcpSetup
{
    private const int TcpLevel = 6;
    private const int LinuxUserTimeout = 18; // TCP_USER_TIMEOUT, milliseconds

    /// <summary>Not blocking, no delay (turns gather what is sent), and a bound on unacknowledged bytes.</summary>
    public static void Apply(Socket socket, TcpOptions options)
    {
        socket.Blocking = false;
        try
        {
            socket.NoDelay = true;
            if (options.UserTimeout <= TimeSpan.Zero || !OperatingSystem.IsLinux())
                return;
            Span<byte> milliseconds = stackalloc byte[sizeof(int)];
            MemoryMarshal.Write(milliseconds, (int)options.UserTimeout.TotalMilliseconds);
            socket.SetRawSocketOption(TcpLevel, LinuxUserTimeout, milliseconds);
        }
        catch (SocketException)
        {
            // Some systems refuse this on a connection that its peer has reset already; reading will tell.
        }
    }

    /// <summary>Null when the connection is gone already.</summary>
    public static IPEndPoint? RemoteOf(Socket socket)
    {
        try
        {
            return socket.RemoteEndPoint as IPEndPoint;
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }

    /// <summary>Half-closes; a connection that is gone already will be noticed by reading.</summary>
    public static void ShutdownSend(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
        }
    }
}
