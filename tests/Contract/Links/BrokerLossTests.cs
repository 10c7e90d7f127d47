using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Broker;
using Sametime.Contracts.Link;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;
using Sametime.Tests.Kit.Clients;
using Sametime.Tests.Kit.Loop;
using Sametime.Tests.Kit.Servers;
using Xunit;

namespace Sametime.Tests.Contract.Links;

/// <summary>Hubs on a real RabbitMQ: that they find each other, and what becomes of their links when something on the way breaks.</summary>
[Trait("Needs", "Servers")]
public sealed class BrokerLossTests : IAsyncLifetime
{
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly string _prefix = TestServices.NewName();
    private readonly List<RunningHub> _hubs = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var hub in _hubs)
            await hub.DisposeAsync();
    }

    [Fact]
    public async Task Three_hubs_find_each_other_and_each_pair_has_one_link()
    {
        var hubs = new[] { Start(1), Start(2), Start(3) };
        foreach (var hub in hubs)
            await hub.Heard.OpenedAsync(2, Stop);

        foreach (var hub in hubs)
        {
            var status = await hub.StatusAsync();
            Assert.Equal((2, 2, 0), (status.Hubs.Count(other => other.IsLinked), hub.Heard.OpenedCount, hub.Heard.ClosedCount));
        }
    }

    /// <summary>S055: the hub that lost the broker knows at once, the other one by the message that comes back.</summary>
    [Fact]
    public async Task A_hub_cut_off_from_the_broker_is_told_at_both_ends()
    {
        await using var relay = Relay();
        var (one, two) = (Start(1), Start(2, Through(relay)));
        await Task.WhenAll(one.Heard.OpenedAsync(Stop), two.Heard.OpenedAsync(Stop));

        relay.Cut();

        Assert.Equal(Reason.ConnectionBroken, await two.Heard.ClosedAsync(Stop));
        Assert.Equal(Reason.ConnectionBroken, await one.Heard.ClosedAsync(Stop));
        Assert.False((await two.StatusAsync()).IsConnected);
        Assert.True((await one.StatusAsync()).IsConnected);
    }

    [Fact]
    public async Task A_killed_broker_ends_the_links_and_brings_them_back_when_it_runs_again()
    {
        await using var services = await OwnServices.StartAsync(OwnServices.Broker, Stop);
        var (one, two) = (Start(1, services.RabbitMq), Start(2, services.RabbitMq));
        await Task.WhenAll(one.Heard.OpenedAsync(Stop), two.Heard.OpenedAsync(Stop));

        await services.KillAsync(OwnServices.Broker, Stop);
        Assert.Equal(Reason.ConnectionBroken, await one.Heard.ClosedAsync(Stop));
        Assert.Equal(Reason.ConnectionBroken, await two.Heard.ClosedAsync(Stop));

        await services.StartAgainAsync(OwnServices.Broker, Stop);
        await Task.WhenAll(one.Heard.OpenedAsync(2, Stop), two.Heard.OpenedAsync(2, Stop));
        Assert.Equal((1, 1), (one.Heard.ClosedCount, two.Heard.ClosedCount));
    }

    [Fact]
    public async Task What_a_paused_hub_does_not_read_waits_with_the_sender_and_comes_in_order_later()
    {
        const int Frames = 64;
        const int FrameBytes = 128 * 1024;
        var (one, two) = await PairAsync();
        await two.Heard.DoAsync(link => link.PauseReading());
        await one.Heard.DoAsync(link => Send(link, Frames, FrameBytes));

        // What came before counts into the first window, so not all of it is left.
        var sent = new BrokerOptions().WindowBytes / 2;
        await one.Heard.UntilAsync(link => link.QueuedBytes <= (Frames * (FrameBytes + LinkFrame.HeaderBytes)) - sent, Stop);
        Assert.Empty(two.Heard.Handles);

        await two.Heard.DoAsync(link => link.ResumeReading());
        await two.Heard.ReceivedAsync(Frames, Stop);
        Assert.Equal(Enumerable.Range(0, Frames), two.Heard.Handles);
        await one.Heard.UntilAsync(link => link.QueuedBytes == 0, Stop);
    }

    [Fact]
    public async Task A_hub_that_reads_too_little_is_cut_off_when_the_bound_is_reached()
    {
        const int FrameBytes = 1024 * 1024;
        var (one, two) = await PairAsync();
        await two.Heard.DoAsync(link => link.PauseReading());

        await one.Heard.DoAsync(link => Send(link, (new BrokerOptions().QueueBytesMax / FrameBytes) + 2, FrameBytes));

        Assert.Equal(Reason.NotEnoughResources, await one.Heard.ClosedAsync(Stop));
        Assert.Equal(Reason.ConnectionBroken, await two.Heard.ClosedAsync(Stop));
    }

    private static void Send(ILink link, int count, int bytes)
    {
        for (var i = 0; i < count; i++)
            link.Send(LinkKind.Message, (uint)i, new byte[bytes], []);
    }

    private static TcpRelay Relay()
    {
        var broker = new Uri(TestServices.RabbitMq);
        return new TcpRelay(new IPEndPoint(Dns.GetHostAddresses(broker.Host)[0], broker.Port));
    }

    private static string Through(TcpRelay relay) =>
        new UriBuilder(TestServices.RabbitMq) { Host = relay.EndPoint.Address.ToString(), Port = relay.EndPoint.Port }.Uri.AbsoluteUri;

    private async Task<(RunningHub One, RunningHub Two)> PairAsync()
    {
        var (one, two) = (Start(1), Start(2));
        await Task.WhenAll(one.Heard.OpenedAsync(Stop), two.Heard.OpenedAsync(Stop));
        return (one, two);
    }

    private RunningHub Start(ushort number, string? uri = null)
    {
        var options = new BrokerOptions
        {
            Uri = uri ?? TestServices.RabbitMq,
            Prefix = _prefix,
            RetryDelayMin = TimeSpan.FromMilliseconds(100),
            RetryDelayMax = TimeSpan.FromMilliseconds(500),
        };
        _hubs.Add(new RunningHub(number, options, _key));
        return _hubs[^1];
    }

    /// <summary>A hub's end of the broker on a loop of its own.</summary>
    private sealed class RunningHub : IAsyncDisposable
    {
        private readonly List<Exception> _errors = [];
        private readonly EventLoop _loop;
        private readonly BrokerHubs _hubs;

        public RunningHub(ushort number, BrokerOptions options, byte[] key)
        {
            _loop = new EventLoop($"hub {number}", _errors.Add);
            Heard = new LinkEnd(_loop);
            _hubs = new BrokerHubs(
                _loop, options, new LinkIdentity(LinkRole.Hub, $"hub-{number}", number), incarnation: 1, key, new LinkOptions(), Heard,
                new Random(number), NullLogger.Instance);
            _loop.Post(_hubs.Start);
        }

        public LinkEnd Heard { get; }

        public Task<BrokerStatus> StatusAsync() => _loop.AskAsync(() => _hubs.Status);

        public async ValueTask DisposeAsync()
        {
            await _loop.AskAsync(async () =>
            {
                await _hubs.DisposeAsync();
                return true;
            });
            _loop.Dispose();
            Assert.Empty(_errors);
        }
    }
}
