using System.Net.Sockets;
using Sametime.Contracts.Wire;

namespace Sametime.Edge.Clients;

/// <summary>What time does to a client; called once a second.</summary>
internal sealed partial class ClientConnection
{
    // struct tcp_info of Linux: 8 bytes, then u32 fields; this one is the milliseconds since the peer's last acknowledgement.
    private const int TcpInfoOption = 11;
    private const int TcpInfoLastAckOffset = 56;
    private const int TcpInfoBytes = 104;

    public void Sweep()
    {
        var limits = _registry.Limits;
        switch (State)
        {
            case ClientState.Silent when IsPast(_acceptedAt, limits.FirstByteTimeout):
            case ClientState.TlsHello when IsPast(_acceptedAt, limits.TlsTimeout):
            case ClientState.New when IsPast(_acceptedAt, limits.HandshakeTimeout):
            case ClientState.Shaken when IsPast(_acceptedAt, limits.LoginTimeout):
                EndUnspoken();
                break;
            case ClientState.LoggingIn when IsPast(_stateSince, limits.LoginDecisionTimeout):
                End(Reason.ServerNotResponding);
                break;
            case ClientState.Ending when IsPast(_stateSince, limits.CloseLinger + limits.SweepInterval):
                _stream.Abort();
                break;
            case ClientState.Ending or ClientState.Ended:
                break;
            default:
                SweepQueues();
                break;
        }
    }

    private void SweepQueues()
    {
        if (IsFrameTooSlow())
        {
            EndUnspoken();
        }
        else if (IsQueueTooOld())
        {
            AbortSlowReader();
        }
        else if (State == ClientState.In)
        {
            SweepLife();
        }
    }

    private void SweepLife()
    {
        if (!_isPaused && IsPast(_readAt, _registry.Limits.DeadAfter) && !DoesTcpAnswer())
        {
            End(Reason.ConnectionTimedOut);
        }
        else if (IsPast(_sentAt, _registry.Limits.KeepAliveAfter) && _stream.QueuedBytes == 0)
        {
            _stream.Output.GetSpan(1)[0] = Frame.KeepAlive;
            _stream.Output.Advance(1);
            _stream.Flush();
            _sentAt = _registry.Clock.Now;
            _registry.Counters.KeepAlivesSent++;
        }
    }

    private bool IsFrameTooSlow()
    {
        var seconds = _registry.Clock.Now - _frameSince - (int)_registry.Limits.FrameGrace.TotalSeconds;
        return _partialBytes > 0 && seconds > 0 && _partialBytes < seconds * (long)_registry.Limits.FrameBytesPerSecondMin;
    }

    private bool IsQueueTooOld() => _stream.QueuedBytes > 0 && _stream.OldestQueuedAt != 0
        && _registry.Clock.Time.GetElapsedTime(_stream.OldestQueuedAt) >= _registry.Limits.SendQueueAgeMax;

    // libmeanwhile sends no keep-alive of its own. Its TCP acknowledges ours, and that is a sign of life too.
    private bool DoesTcpAnswer()
    {
        if (_socket is null || !OperatingSystem.IsLinux())
        {
            return false;
        }

        try
        {
            Span<byte> info = stackalloc byte[TcpInfoBytes];
            var written = _socket.GetRawSocketOption((int)SocketOptionLevel.Tcp, TcpInfoOption, info);
            return written >= TcpInfoLastAckOffset + sizeof(uint)
                && BitConverter.ToUInt32(info[TcpInfoLastAckOffset..]) < _registry.Limits.DeadAfter.TotalMilliseconds;
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    private bool IsPast(int since, TimeSpan limit) => _registry.Clock.Now - since >= (int)Math.Ceiling(limit.TotalSeconds);
}
