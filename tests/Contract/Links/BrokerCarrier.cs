using System.Security.Cryptography;
using Sametime.Broker;
using Sametime.Broker.Links;
using Sametime.Contracts.Link;
using Sametime.Contracts.Loop;
using Sametime.Tests.Kit.Loop;
using Sametime.Tests.Kit.Servers;

namespace Sametime.Tests.Contract.Links;

/// <summary>Links over a real RabbitMQ, each end with a connection of its own, as two hubs have them.</summary>
internal sealed class BrokerCarrier : LinkCarrier
{
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    public BrokerCarrier()
        : base(isOneLoop: false)
    {
        Broker = new BrokerOptions { Uri = TestServices.RabbitMq, Prefix = TestServices.NewName(), RetryDelayMin = TimeSpan.FromMilliseconds(100) };
        Inner = new BrokerEnd(HubLoop, Broker, Hub.HubNumber, _key);
        Outer = new BrokerEnd(OuterLoop, Broker, OuterHub, _key);
    }

    public BrokerOptions Broker { get; }

    /// <summary>The hub that listens.</summary>
    public BrokerEnd Inner { get; }

    /// <summary>The one that dials.</summary>
    public BrokerEnd Outer { get; }

    public override void Dispose()
    {
        Task.WaitAll(HubLoop.AskAsync(Inner.CloseAsync), OuterLoop.AskAsync(Outer.CloseAsync));
        base.Dispose();
    }

    protected override void Listen(LinkTrust trust, LinkEnd end)
    {
        var listener = new BrokerLinkListener(HubLoop, Hub, trust, Options, end, end.OnFailed);
        Inner.Accepting = listener.Accept;
        Inner.ConnectAsync().GetAwaiter().GetResult();
        Outer.ConnectAsync().GetAwaiter().GetResult();
    }

    protected override ILinkDialer Dialer() => new BrokerLinkDialer(Outer.Mailbox, () => Inner.Mailbox.Address, Options);
}

/// <summary>A mailbox with its connection.</summary>
internal sealed class BrokerEnd : IBrokerMailboxHandler, IAsyncDisposable
{
    private readonly EventLoop _loop;
    private readonly BrokerConnection _connection;

    public BrokerEnd(EventLoop loop, BrokerOptions options, ushort hub, byte[] key)
    {
        _loop = loop;
        Mailbox = new BrokerMailbox(loop, options, hub, key, this);
        _connection = new BrokerConnection(loop, new RabbitTransport(loop, options), options, Mailbox, new Random(hub), (_, _) => { });
    }

    public BrokerMailbox Mailbox { get; }

    public Action<BrokerStream>? Accepting { get; set; }

    public int LostCount { get; private set; }

    /// <summary>Starts, and waits until there is a queue.</summary>
    public async Task ConnectAsync()
    {
        await _loop.AskAsync(_connection.Start);
        await ConnectedAsync();
    }

    public Task ConnectedAsync() => _loop.UntilAsync(() => Mailbox.IsConnected, CancellationToken.None);

    public async Task<bool> CloseAsync()
    {
        await _connection.CloseAsync();
        return true;
    }

    public async ValueTask DisposeAsync() => await CloseAsync();

    public void OnConnected()
    {
    }

    public void OnStream(BrokerStream stream) => Accepting!(stream);

    public void OnBeacon(BrokerAddress sender, ulong sequence, ReadOnlySpan<byte> body)
    {
    }

    public void OnLost(string why) => LostCount++;
}
