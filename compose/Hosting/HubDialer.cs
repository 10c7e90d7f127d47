using System.Net;
using Sametime.Compose.Commands;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Tcp;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Loop.Tcp;
using Sametime.Edge.Links;

namespace Sametime.Compose.Hosting;

/// <summary>Links of an Edge to hubs at addresses: those it was told of, and those that a redirect names.</summary>
/// <param name="loop">The Edge's loop.</param>
/// <param name="edge">The Edge's name.</param>
/// <param name="key">The key of the community's links.</param>
/// <param name="link">Times and bounds of links.</param>
/// <param name="tcp">How sockets are set up.</param>
/// <param name="onFailure">Hears of each attempt that fails, with the addresses.</param>
internal sealed class HubDialer(
    EventLoop loop, string edge, byte[] key, LinkOptions link, TcpOptions tcp, Action<string, LinkFailure> onFailure) : IUpstreamDialer
{
    private int _connectors;

    public ILinkConnector? Dial(IReadOnlyList<string> addresses)
    {
        ILinkDialer[] dialers = [.. addresses.Select(LinkAddress.TryParse).OfType<EndPoint>().Select(at => new TcpLinkDialer(loop, at, link, tcp))];
        return dialers.Length == 0 ? null : Over(new InTurn(dialers), string.Join(" or ", addresses));
    }

    /// <summary>A connector over a dialer of one's own, for a hub in this process.</summary>
    public ILinkConnector Over(ILinkDialer dialer, string where) => new LinkConnector(
        loop, dialer, new LinkIdentity(LinkRole.Edge, edge), key, link, new Random(HashCode.Combine(Environment.ProcessId, ++_connectors)),
        failure => onFailure(where, failure));

    /// <summary>Each attempt goes to the next of several addresses of one hub, and after the last to the first.</summary>
    private sealed class InTurn(ILinkDialer[] dialers) : ILinkDialer
    {
        private int _attempts;

        public Task<IByteStream> DialAsync() => dialers[_attempts++ % dialers.Length].DialAsync();
    }
}
