using System.Net;
using System.Net.Sockets;

namespace Sametime.Contracts.Loop;

/// <summary>
/// Makes a waiting poller return: a datagram socket connected to itself, so that only this process can send to it. For systems
/// that have no <see cref="WakeUpEvent"/>.
/// </summary>
internal sealed class WakeUpSocket : IReadyHandler, IDisposable
{
    private static readonly byte[] Ring = [1];
    private readonly byte[] _scratch = new byte[16];
    private int _rung;

    public WakeUpSocket()
    {
        Socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        Socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Socket.Connect(Socket.LocalEndPoint!);
        Socket.Blocking = false;
    }

    public Socket Socket { get; }

    /// <summary>From any thread. Rings once until the poller has heard it.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _rung, 1) != 0)
            return;
        try
        {
            Socket.Send(Ring, SocketFlags.None, out _);
        }
        catch (ObjectDisposedException)
        {
            // The poller has ended meanwhile, so nobody waits.
        }
    }

    public void OnReady(Readiness readiness)
    {
        // Reading comes first: a ring after it makes the socket readable again, so none is lost.
        Socket.Receive(_scratch, SocketFlags.None, out _);
        Volatile.Write(ref _rung, 0);
    }

    public void Dispose() => Socket.Dispose();
}
