using System.Net;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.InProcess;
using Sametime.Contracts.Link.Tcp;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Loop.Tcp;
using Sametime.Tests.Kit.Loop;

namespace Sametime.Tests.Contract.Links;

/// <summary>How the links of a test travel: who listens, and how others reach it.</summary>
internal abstract class LinkCarrier : IDisposable
{
    /// <summary>The number of a hub that connects: a carrier between hubs knows it.</summary>
    public const ushort OuterHub = 2;

    private readonly List<Exception> _errors = [];

    protected LinkCarrier(bool isOneLoop)
    {
        HubLoop = new EventLoop("hub", _errors.Add);
        OuterLoop = isOneLoop ? HubLoop : new EventLoop("outer", _errors.Add);
    }

    protected EventLoop HubLoop { get; }

    protected EventLoop OuterLoop { get; }

    protected static LinkIdentity Hub { get; } = new(LinkRole.Hub, "hub-1", HubNumber: 1);

    protected LinkOptions Options { get; } = new();

    public LinkEnd Listen(LinkTrust trust)
    {
        var end = new LinkEnd(HubLoop);
        Listen(trust, end);
        return end;
    }

    public LinkEnd Connect(LinkIdentity me, byte[]? key)
    {
        var end = new LinkEnd(OuterLoop);
        OuterLoop.Post(() => _ = ConnectAsync(end, me, key));
        return end;
    }

    public virtual void Dispose()
    {
        OuterLoop.Dispose();
        HubLoop.Dispose();
        if (_errors.Count > 0)
            throw new AggregateException("A callback on a loop has thrown.", _errors);
    }

    protected abstract void Listen(LinkTrust trust, LinkEnd end);

    protected abstract ILinkDialer Dialer();

    private async Task ConnectAsync(LinkEnd end, LinkIdentity me, byte[]? key)
    {
        end.Stream = await Dialer().DialAsync();
        LinkSession.Connect(OuterLoop, end.Stream, me, key, Options, end, end.OnFailed);
    }
}

internal sealed class InProcessCarrier(bool isOneLoop) : LinkCarrier(isOneLoop)
{
    private InProcessLinkListener? _listener;

    protected override void Listen(LinkTrust trust, LinkEnd end) =>
        _listener = new InProcessLinkListener(HubLoop, Hub, trust, Options, end, end.OnFailed);

    protected override ILinkDialer Dialer() => _listener!.DialerOn(OuterLoop);
}

internal sealed class TcpCarrier() : LinkCarrier(isOneLoop: false)
{
    private readonly TcpOptions _tcp = new();
    private IPEndPoint? _endPoint;

    protected override void Listen(LinkTrust trust, LinkEnd end) => _endPoint = HubLoop.AskAsync(() =>
        new TcpLinkListener(HubLoop, new IPEndPoint(IPAddress.Loopback, 0), Hub, trust, Options, _tcp, end, end.OnFailed).LocalEndPoint)
        .GetAwaiter().GetResult();

    protected override ILinkDialer Dialer() => new TcpLinkDialer(OuterLoop, _endPoint!, Options, _tcp);
}
