using System.Diagnostics;
using System.Net;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Session;
using Sametime.Edge;
using Sametime.Tests.Kit.Clients;
using Sametime.Tests.Kit.Ends;
using Sametime.Tests.Kit.Loop;
using Sametime.Tests.Unit.Edge.Support;
using Xunit;

namespace Sametime.Tests.Unit.Edge;

/// <summary>
/// Whatever a client or a chained Edge has come to, and however it ends there: afterwards the Edge holds exactly what it held before. All
/// stages are tried with all ways to end, each twice; a new one of either is one more member of its enum.
/// </summary>
public sealed class HoldingTests
{
    private const string BalancerAddress = "198.51.100.4";
    private const string HomeAddress = "home:1516";

    private static readonly Redirect ToHome = new(2, "hub-2", [HomeAddress]);
    private static readonly byte[] Message = TestClient.MessageOf(MessageType.ChannelSend, 1, 20);

    /// <summary>How far a client has come.</summary>
    public enum Stage
    {
        HeaderAwaited,
        Silent,
        TlsHello,
        New,
        HalfAFrame,
        KeyAwaited,
        Shaken,
        SecretAwaited,
        LoggingIn,
        HomeAwaited,
        HomeDecides,
        In,
        AtHome,
        NotReadFrom,
        NotReading,
        Leaving,
        TurnedAway,
    }

    /// <summary>How far a client of a chained Edge has come.</summary>
    public enum OuterStage
    {
        Undecided,
        HomeAwaited,
        HomeDecides,
        In,
        AtHome,
        LinkNotReadFrom,
        Refused,
    }

    public enum Ending
    {
        Vanishes,
        SaysGoodbye,
        SaysNonsense,
        TimePasses,
        HubEndsIt,
        HubSaysNonsense,
        HubSendsItOn,
        HubSendsItOnInACircle,
        HubSendsTooMuch,
        HubIsLost,
        HomeIsLost,
        FaultOfOurs,
        EdgeDrains,
    }

    public static MatrixTheoryData<Stage, Ending> OfClients => new(Enum.GetValues<Stage>(), Enum.GetValues<Ending>());

    public static MatrixTheoryData<OuterStage, Ending> OfOuter => new(Enum.GetValues<OuterStage>(), Enum.GetValues<Ending>());

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(OfClients))]
    public async Task What_a_client_held_is_given_back(Stage stage, Ending ending)
    {
        using var scene = new Scene(stage == Stage.TlsHello ? TlsMode.Preferred : TlsMode.Off);
        await scene.EndsTwiceAsync(ending, () => scene.Bring(stage));
    }

    [Theory]
    [MemberData(nameof(OfOuter))]
    public async Task What_a_client_of_a_chained_Edge_held_is_given_back(OuterStage stage, Ending ending)
    {
        using var scene = new Scene(TlsMode.Off);
        await scene.EndsTwiceAsync(ending, () => scene.Bring(stage));
    }

    [Fact]
    public void A_trace_of_a_message_that_never_came_ends_with_its_link()
    {
        using var world = new EdgeWorld();
        world.Loop.Run(world.Hub.Lose);
        world.Loop.Run(world.Hub.Open);
        var before = Holdings.Of(world.Edge);
        var trace = new TraceContext(new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded));

        world.Loop.Run(() => world.Hub.Say(1, trace));
        Assert.NotEmpty(Holdings.Of(world.Edge).Since(before));
        world.Loop.Run(world.Hub.Lose);
        world.Loop.Run(world.Hub.Open);

        Assert.Empty(Holdings.Of(world.Edge).Since(before));
    }

    [Fact]
    public void What_is_passed_over_is_there() => Assert.Empty(Holdings.Gone());

    private sealed class Scene : IDisposable
    {
        private const int ConnectionsMax = 3;

        private static readonly byte[] Header =
            Balancer.HeaderFor(new IPEndPoint(IPAddress.Parse("192.0.2.7"), 50_000), new IPEndPoint(IPAddress.Parse("198.51.100.1"), 1533));

        private readonly EdgeWorld _world;
        private readonly HubEnd _home = new("hub-2", 2);
        private readonly List<TestClient> _clients = [];
        private readonly List<HubEnd> _hubs;
        private OuterEnd? _outer;
        private uint _outerHandle;

        public Scene(TlsMode tls)
        {
            _world = new EdgeWorld(
                static limits => (limits.ConnectionsMax, limits.SendQueueBytesMax) = (ConnectionsMax, 10_000),
                options => (options.Tls, options.ProxyProtocolFrom) = (tls, [$"{BalancerAddress}/32"]));
            _world.Dialer.Hubs[HomeAddress] = _home;
            _hubs = [_world.Hub, _home];

            // The link to a home stays when who needed it is gone; that it is made is no client's holding.
            Bring(Stage.AtHome);
            Settle();
        }

        private TestClient Client => _clients[^1];

        public void Dispose() => _world.Dispose();

        public async Task EndsTwiceAsync(Ending ending, Action bring)
        {
            for (var time = 0; time < (ending == Ending.EdgeDrains ? 1 : 2); time++)
            {
                var (before, timers) = (Holdings.Of(_world.Edge), _world.Loop.TimerCount);
                bring();
                var meanwhile = Holdings.Of(_world.Edge);
                Assert.NotEmpty(meanwhile.Since(before));

                await EndAsync(ending);
                Settle();

                var isOver = ending == Ending.EdgeDrains;
                Assert.Equal([], Holdings.Of(_world.Edge).Since(before).Where(line => !isOver || !IsOfTheEnd(line)));
                Assert.Equal(isOver ? 0 : timers, _world.Loop.TimerCount);
                Assert.Equal(0, meanwhile.SecretBytesLeft());
                _outer = null;
            }
        }

        public void Bring(Stage stage)
        {
            switch (stage)
            {
                case Stage.HeaderAwaited:
                    Connect(BalancerAddress).Say(Header.AsSpan(..^1));
                    break;
                case Stage.Silent:
                    Connect();
                    break;
                case Stage.TlsHello:
                    Connect().Say([0x16, 3, 1, 0, 45, 1, 0, 0, 41, 3, 2]);
                    break;
                case Stage.New:
                    Connect().Say([0x80]);
                    break;
                case Stage.HalfAFrame:
                    Connect().Say([0, 0, 1, 0, 0]);
                    break;
                case Stage.KeyAwaited:
                    _world.OffLoop.IsHeld = true;
                    Connect().Handshake();
                    Connect().Handshake();
                    Assert.True(Client.Wire.IsPaused);
                    break;
                case Stage.Shaken:
                    Connect().Handshake();
                    break;
                case Stage.SecretAwaited:
                    Bring(Stage.Shaken);
                    _world.OffLoop.IsHeld = true;
                    Client.Login("alice", "secret");
                    break;
                case Stage.LoggingIn:
                    Bring(Stage.Shaken);
                    Client.Login("alice", "secret");
                    Client.Handle = _world.Hub.LastAttach().Handle;
                    break;
                case Stage.HomeAwaited:
                    _world.Loop.Run(_home.Lose);
                    Bring(Stage.LoggingIn);
                    SendHome(Client.Handle);
                    break;
                case Stage.HomeDecides:
                    Bring(Stage.LoggingIn);
                    SendHome(Client.Handle);
                    break;
                case Stage.In:
                    Bring(Stage.LoggingIn);
                    _world.Loop.Run(() => _world.Hub.AcceptLogin(Client.Handle));
                    Client.SayFrame(TestClient.CreateOf(5));
                    break;
                case Stage.AtHome:
                    Bring(Stage.HomeDecides);
                    _world.Loop.Run(() => _home.AcceptLogin(_home.LastAttach().Handle));
                    break;
                case Stage.NotReadFrom:
                    Bring(Stage.In);
                    _world.Hub.QueuedBytes = _world.Limits.UplinkQueueBytesHigh + 1;
                    Client.Say([.. TestClient.FrameOf(Message), .. TestClient.FrameOf(Message), 0, 0]);
                    Assert.True(Client.Wire.IsPaused);
                    break;
                case Stage.NotReading:
                    Bring(Stage.In);
                    Client.Wire.IsStuck = true;
                    _world.Loop.Run(() => _world.Hub.Say(LinkKind.Message, Client.Handle, Message));
                    break;
                case Stage.Leaving:
                    Bring(Stage.In);
                    _world.Loop.Run(() => _world.Hub.Say(Client.Handle, new Detach(Reason.Removed)));
                    break;
                case Stage.TurnedAway:
                    for (var i = 0; i <= ConnectionsMax; i++)
                        Connect();
                    break;
                default:
                    Assert.Fail($"Nobody has said how a client comes to be {stage}.");
                    break;
            }
        }

        public void Bring(OuterStage stage)
        {
            _outer ??= new OuterEnd(_world);
            switch (stage)
            {
                case OuterStage.Undecided:
                    Assert.Equal("asked of the hub", _outer.Attach(++_outerHandle));
                    break;
                case OuterStage.HomeAwaited:
                    _world.Loop.Run(_home.Lose);
                    Bring(OuterStage.Undecided);
                    SendHome(_world.Hub.LastAttach().Handle);
                    break;
                case OuterStage.HomeDecides:
                    Bring(OuterStage.Undecided);
                    SendHome(_world.Hub.LastAttach().Handle);
                    break;
                case OuterStage.In:
                    Bring(OuterStage.Undecided);
                    _world.Loop.Run(() => _world.Hub.AcceptLogin(_world.Hub.LastAttach().Handle));
                    _world.Loop.Run(() => _outer.Link.Say(LinkKind.Message, _outerHandle, TestClient.CreateOf(5)));
                    break;
                case OuterStage.AtHome:
                    Bring(OuterStage.HomeDecides);
                    _world.Loop.Run(() => _home.AcceptLogin(_home.LastAttach().Handle));
                    break;
                case OuterStage.LinkNotReadFrom:
                    Bring(OuterStage.In);
                    _world.Hub.QueuedBytes = _world.Limits.UplinkQueueBytesHigh + 1;
                    _world.Loop.Run(() => _outer.Link.Say(LinkKind.Message, _outerHandle, Message));
                    break;
                case OuterStage.Refused:
                    Assert.Equal("told ServerBroken", _outer.Attach(++_outerHandle, "edge-1"));
                    break;
                default:
                    Assert.Fail($"Nobody has said how a client of a chained Edge comes to be {stage}.");
                    break;
            }
        }

        private TestClient Connect(string address = "192.0.2.7")
        {
            _clients.Add(_world.Connect(address));
            return Client;
        }

        private void SendHome(uint handle) => _world.Loop.Run(() => _world.Hub.Say(handle, ToHome));

        private async Task EndAsync(Ending ending)
        {
            switch (ending)
            {
                case Ending.Vanishes when _outer is not null:
                    _world.Loop.Run(_outer.Link.Lose);
                    break;
                case Ending.Vanishes:
                    _clients.ForEach(client => _world.Loop.Run(client.Wire.Vanish));
                    break;
                case Ending.SaysGoodbye when _outer is not null:
                    _world.Loop.Run(() => _outer.Link.Say(_outerHandle, new Detach(Reason.Success)));
                    break;
                case Ending.SaysGoodbye:
                    _clients.ForEach(static client => client.Say(TestClient.FrameOf(new ChannelDestroy(Reason.Success))));
                    break;
                case Ending.SaysNonsense when _outer is not null:
                    _world.Loop.Run(() => _outer.Link.Say(LinkKind.Detach, _outerHandle, []));
                    break;
                case Ending.SaysNonsense:
                    _clients.ForEach(static client => client.Say([0, 0xff, 0xff, 0xff, 0xff]));
                    break;
                case Ending.TimePasses:
                    _world.Pass(300);
                    break;
                case Ending.HubEndsIt:
                    HubsSay(static (hub, handle) => hub.Say(handle, new Detach(Reason.Removed)));
                    break;
                case Ending.HubSaysNonsense:
                    HubsSay(static (hub, handle) => hub.Say(LinkKind.Attached, handle, [1]));
                    HubsSay(static (hub, handle) => hub.Say(LinkKind.Redirect, handle, [1]));
                    break;
                case Ending.HubSendsItOn:
                    HubsSay(static (hub, handle) => hub.Say(handle, ToHome));
                    break;
                case Ending.HubSendsItOnInACircle:
                    for (var i = 0; i <= Redirect.Max; i++)
                        HubsSay(static (hub, handle) => hub.Say(handle, hub.Peer.HubNumber == 2 ? new Redirect(1, "hub-1", ["hub-1"]) : ToHome));
                    break;
                case Ending.HubSendsTooMuch:
                    _clients.ForEach(static client => client.Wire.IsStuck = true);
                    HubsSay(static (hub, handle) => hub.Say(LinkKind.Message, handle, TestClient.MessageOf(MessageType.ChannelSend, 1, 20_000)));
                    break;
                case Ending.HubIsLost:
                    _world.Loop.Run(_world.Hub.Lose);
                    break;
                case Ending.HomeIsLost:
                    _world.Loop.Run(_home.Lose);
                    break;
                case Ending.FaultOfOurs:
                    _clients.ForEach(static client => client.Wire.IsFaulty = true);
                    HubsSay(static (hub, handle) => hub.SayFanout(Message, (handle, 1)));
                    break;
                case Ending.EdgeDrains:
                    var drained = _world.Edge.DrainAsync();
                    _world.Loop.RunUntilIdle();
                    Settle();

                    // It ends on another thread, which the loop has to hear of.
                    var heard = drained.ContinueWith(_ => _world.Loop.Post(static () => { }), TaskScheduler.Default);
                    await _world.Loop.RunUntilAsync(() => heard.IsCompleted || drained.IsCompleted, Stop);
                    await drained.ForAsync(Stop);
                    break;
                default:
                    Assert.Fail($"Nobody has said how it comes that {ending}.");
                    break;
            }
        }

        // To every handle that may still be somebody's; the Edge passes over what is nobody's.
        private void HubsSay(Action<HubEnd, uint> say) => _hubs.Where(static hub => hub.Link is not null).ToList().ForEach(hub =>
        {
            var attached = hub.Frames.Where(static frame => frame.Kind == LinkKind.Attach).Select(static frame => frame.Handle).Distinct();
            foreach (var handle in attached.ToArray())
                _world.Loop.Run(() => say(hub, handle));
        });

        /// <summary>All who are left go, every other end answers as it must, and every time is over.</summary>
        private void Settle()
        {
            _world.OffLoop.Release();
            _world.Loop.RunUntilIdle();
            _clients.ForEach(client => _world.Loop.Run(client.Wire.Vanish));
            _clients.Clear();
            foreach (var hub in _hubs.Concat(_outer is null ? [] : [_outer.Link]))
            {
                hub.QueuedBytes = 0;
                if (hub.Link is not null)
                    Answer(hub);
                hub.Frames.Clear();
            }
            if (_outer is not null)
                _world.Loop.Run(_outer.Link.Lose);
            foreach (var hub in _hubs.Where(static hub => hub is { Link: null, IsDisposed: false }))
                _world.Loop.Run(hub.Open);
            foreach (var hub in _hubs.Where(static hub => hub.Link is not null))
                Answer(hub);
            _hubs.ForEach(static hub => hub.Frames.Clear());
            _world.Pass(15);
        }

        private void Answer(HubEnd hub)
        {
            foreach (var (handle, _) in hub.Detaches().ToArray())
                _world.Loop.Run(() => hub.Say(handle, new Detach(Reason.Success)));
        }

        // An Edge that has drained takes nobody any more, and does not sweep.
        private static bool IsOfTheEnd(string line) =>
            new[] { "._desk.IsClosed:", "._uplinks._isOver:", "._budget.", "._addresses" }.Any(part => line.Contains(part, StringComparison.Ordinal));
    }
}
