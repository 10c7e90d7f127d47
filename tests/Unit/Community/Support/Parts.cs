using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Compose.Hosting;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Tcp;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Loop.Tcp;
using Sametime.Contracts.ServerApplications;
using Sametime.Edge;
using Sametime.Edge.Links;
using Sametime.Hub;
using Sametime.Tests.Kit.Loop;

namespace Sametime.Tests.Unit.Community.Support;

/// <summary>A part of a community on a thread of its own.</summary>
internal abstract class Part(string name, Action<Exception> onFault)
{
    public EventLoop Loop { get; } = new(name, onFault);

    public string Name => name;

    /// <summary>Dies as a process does that is killed: its sockets close, and it says nothing more.</summary>
    public void Kill() => Loop.Dispose();

    protected static LinkConnector Connector(TestCommunity community, EventLoop loop, LinkIdentity identity, IPEndPoint upstream) => new(
        loop, new TcpLinkDialer(loop, upstream, community.Plan.Link, new TcpOptions()), identity, TestCommunity.Key, community.Plan.Link,
        new Random(7), _ => { });
}

/// <summary>The hub.</summary>
internal sealed class HubPart(Action<Exception> onFault) : Part("hub", onFault)
{
    private HubCore _hub = null!;
    private HubOptions _options = null!;

    public IPEndPoint LinkEndPoint { get; private set; } = null!;

    /// <summary>Why links were refused.</summary>
    public List<LinkFailure> Refusals { get; } = [];

    public static async Task<HubPart> StartAsync(TestCommunity community)
    {
        var part = community.Add(new HubPart(community.OnFault));
        var options = community.Plan.Hub;
        await part.Loop.AskAsync(() =>
        {
            part._options = options;
            part._hub = new HubCore(part.Loop, options, 1, community.Publisher, NullLogger<HubCore>.Instance);
            var trust = new LinkTrust(TestCommunity.Key, new Dictionary<LinkRole, IReadOnlyList<IPNetwork>>
            {
                [LinkRole.Edge] = community.Plan.EdgesFrom,
                [LinkRole.Application] = LinkTrust.Loopback,
                [LinkRole.Hub] = LinkTrust.Loopback,
            });
            part.LinkEndPoint = new TcpLinkListener(
                part.Loop, new IPEndPoint(IPAddress.Loopback, 0), new LinkIdentity(LinkRole.Hub, options.Name, options.Number), trust,
                community.Plan.Link, new TcpOptions(), part._hub, part.Refusals.Add).LocalEndPoint;
            options.LinkAddresses = [part.LinkEndPoint.ToString()];
        });
        return part;
    }

    /// <summary>Links it to another hub, and keeps the link.</summary>
    public Task LinkToAsync(TestCommunity community, IPEndPoint other) => Loop.AskAsync(() =>
        Connector(community, Loop, new LinkIdentity(LinkRole.Hub, _options.Name, _options.Number), other).Start(_hub));

    public Task<T> AskAsync<T>(Func<HubCore, T> question) => Loop.AskAsync(() => question(_hub));
}

/// <summary>An Edge, with a community port and a port for Edges behind it.</summary>
internal sealed class EdgePart(string name, Action<Exception> onFault) : Part(name, onFault)
{
    public EdgeServer Server { get; private set; } = null!;

    public IPEndPoint LinkEndPoint { get; private set; } = null!;

    public IPEndPoint EndPoint => new(IPAddress.Loopback, Server.Port);

    /// <summary>Starts it and waits until it is linked.</summary>
    public static async Task<EdgePart> StartAsync(TestCommunity community, string name, params IPEndPoint[] upstreams)
    {
        var part = await BeginAsync(community, name, upstreams);
        await TestCommunity.UntilAsync(async () => (await part.Server.StatusAsync()).Uplinks.All(uplink => uplink.Peer is not null), $"{name} is linked");
        return part;
    }

    /// <summary>Starts it, whether it can link up or not.</summary>
    public static async Task<EdgePart> BeginAsync(TestCommunity community, string name, params IPEndPoint[] upstreams)
    {
        var part = community.Add(new EdgePart(name, community.OnFault));
        await part.Loop.AskAsync(() =>
        {
            var dialer = new HubDialer(part.Loop, name, TestCommunity.Key, community.Plan.Link, new TcpOptions(), (_, _) => { });
            part.Server = new EdgeServer(
                part.Loop, new EdgeOptions { Name = name, Port = 0, Tls = TlsMode.Off, ProxyProtocolFrom = community.Plan.Balancers }, community.Plan.Limits,
                [.. upstreams.Select(upstream => new Upstream(upstream.ToString(), dialer.Dial([upstream.ToString()])!))],
                new CryptoPolicy(new CryptoPolicyOptions()), NullLogger<EdgeServer>.Instance, dialer);
            part.LinkEndPoint = new TcpLinkListener(
                part.Loop, new IPEndPoint(IPAddress.Loopback, 0), new LinkIdentity(LinkRole.Edge, name), LinkTrust.OfLoopback(TestCommunity.Key, LinkRole.Edge),
                community.Plan.Link, new TcpOptions(), part.Server.OuterLinks, _ => { }).LocalEndPoint;
        });
        await part.Server.StartAsync();
        return part;
    }
}

/// <summary>A server application.</summary>
internal sealed class ApplicationPart(string name, Action<Exception> onFault) : Part(name, onFault)
{
    public ServerApplication Application { get; private set; } = null!;

    public static async Task<ApplicationPart> StartAsync(TestCommunity community, string name, IPEndPoint upstream, IService[] services)
    {
        var part = community.Add(new ApplicationPart(name, community.OnFault));
        await part.Loop.AskAsync(() =>
        {
            part.Application = new ServerApplication(
                part.Loop, Connector(community, part.Loop, new LinkIdentity(LinkRole.Application, name), upstream), new ServerApplicationOptions(),
                NullLogger<ServerApplication>.Instance);
            foreach (var service in services)
                part.Application.Host(service);
            part.Application.Start();
        });
        await TestCommunity.UntilAsync(() => part.Loop.AskAsync(() => part.Application.IsConnected), $"{name} is linked");

        // The link is open here a moment before the hub has read what is provided.
        await TestCommunity.UntilAsync(
            () => community.Hub.AskAsync(hub => part.Application.Provided.All(hub.Status.Services.Contains)), $"{name} provides its services");
        return part;
    }

    /// <summary>Stops in order, as a process does that is asked to.</summary>
    public Task StopAsync() => Loop.AskAsync(async () =>
    {
        await Application.StopAsync();
        return true;
    });
}
