using System.Net;
using System.Net.Sockets;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Loop.Tcp;

namespace Sametime.Contracts.Link.Tcp;

/// <summary>Dials an address, or a name that is looked up anew each time; its addresses take turns.</summary>
public sealed class TcpLinkDialer(EventLoop loop, EndPoint endPoint, LinkOptions options, TcpOptions tcp) : ILinkDialer
{
    private int _attempts;

    public async Task<IByteStream> DialAsync() =>
        await TcpConnector.ConnectAsync(loop, await ResolveAsync(), options.ConnectTimeout, tcp);

    private async Task<IPEndPoint> ResolveAsync()
    {
        if (endPoint is IPEndPoint address)
            return address;
        var name = endPoint as DnsEndPoint ?? throw new NotSupportedException($"A link cannot be made to {endPoint}.");
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, loop.Time);
        try
        {
            var found = await Dns.GetHostAddressesAsync(name.Host, timeout.Token);
            if (found.Length == 0)
                throw new SocketException((int)SocketError.HostNotFound);
            return new IPEndPoint(found[_attempts++ % found.Length], name.Port);
        }
        catch (OperationCanceledException)
        {
            throw new SocketException((int)SocketError.TimedOut);
        }
    }
}
