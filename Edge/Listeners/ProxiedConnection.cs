using System.Net;
using Sametime.Contracts.Loop;
using Sametime.Edge.Limits;

namespace Sametime.Edge.Listeners;

/// <summary>
/// A connection from a load balancer until its PROXY header is read; then it is the client's, as if it had come from there itself.
/// Without a good header in time it is reset: nobody could be told apart by the balancer's own address.
/// </summary>
/// <param name="loop">The Edge's loop.</param>
/// <param name="limits">Its bounds.</param>
/// <param name="admit">Takes the connection in for an address; null when it is not taken, and then it is ended already.</param>
/// <param name="refused">Hears why there is nothing to admit; null when it simply went away.</param>
internal sealed class ProxiedConnection(ILoop loop, LimitsOptions limits, Func<IPAddress?, IByteStreamSink?> admit, Action<string?> refused) : IByteStreamSink
{
    private IByteStreamSink? _next;
    private IDisposable? _deadline;
    private bool _isDecided;

    public void Start(IByteStream stream)
    {
        _deadline = loop.Schedule(limits.FirstByteTimeout, () => Refuse(stream, "its PROXY header did not come in time"));
        stream.Start(this);
    }

    public int OnBytes(IByteStream stream, ReadOnlySpan<byte> bytes)
    {
        if (_isDecided)
        {
            return _next?.OnBytes(stream, bytes) ?? bytes.Length;
        }

        switch (ProxyHeader.TryRead(bytes, limits.ProxyHeaderBytesMax, out var used, out var header))
        {
            case ProxyHeaderState.Incomplete:
                return 0;
            case ProxyHeaderState.Read:
                Decide();
                _next = admit(header.Source ?? stream.Remote?.Address);
                return used == bytes.Length ? used : used + (_next?.OnBytes(stream, bytes[used..]) ?? bytes.Length - used);
            case ProxyHeaderState.Absent:
                Refuse(stream, "it begins without a PROXY header of version 2");
                return bytes.Length;
            default:
                Refuse(stream, "its PROXY header is too long or breaks the rules");
                return bytes.Length;
        }
    }

    public void OnEnded(IByteStream stream, StreamEnd end)
    {
        if (_isDecided)
        {
            _next?.OnEnded(stream, end);
            return;
        }

        Decide();
        refused(null);
    }

    private void Refuse(IByteStream stream, string why)
    {
        Decide();
        refused(why);
        stream.Abort();
    }

    private void Decide()
    {
        _isDecided = true;
        _deadline?.Dispose();
    }
}
