using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;
using Sametime.Edge.Clients;

namespace Sametime.Edge.Listeners;

/// <summary>
/// Tells by the first byte what a connection speaks, then hands everything on.
/// <code>
/// 0x00         a frame: no first frame is so long that its length begins otherwise
/// 0x80..0xff   keep-alive or counter byte before a frame
/// 0x16         TLS handshake record; inside TLS it is none of our business
/// 0x0d         header of a load balancer that is not listed as one; closed without a reply, and the operator is told
/// else         closed without a reply
/// </code>
/// Source: community protocol, framing on TCP.
/// </summary>
/// <param name="client">Whose connection this is.</param>
/// <param name="openTls">Wraps the stream in TLS and starts it; null when TLS is off or is there already.</param>
/// <param name="proxyHeader">Hears of a PROXY header, which has no place here; null inside TLS.</param>
internal sealed class FirstByteSniffer(ClientConnection client, Func<IByteStream, IByteStreamSink>? openTls, Action? proxyHeader) : IByteStreamSink
{
    private const byte FrameStart = 0x00;
    private const byte TlsHandshakeRecord = 0x16;

    private IByteStreamSink? _next;

    public int OnBytes(IByteStream stream, ReadOnlySpan<byte> bytes)
    {
        if (_next is null && !bytes.IsEmpty)
        {
            Decide(stream, bytes[0]);
        }

        return _next?.OnBytes(stream, bytes) ?? bytes.Length;
    }

    public void OnEnded(IByteStream stream, StreamEnd end) => (_next ?? client).OnEnded(stream, end);

    private void Decide(IByteStream stream, byte first)
    {
        if (first is FrameStart or >= Frame.KeepAlive)
        {
            _next = client;
            client.OnSpoken();
        }
        else if (first == TlsHandshakeRecord && openTls is not null)
        {
            _next = openTls(stream);
        }
        else
        {
            if (first == ProxyHeader.FirstByte)
            {
                proxyHeader?.Invoke();
            }

            client.EndUnspoken();
        }
    }
}
