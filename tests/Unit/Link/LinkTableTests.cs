using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using Microsoft.Extensions.Time.Testing;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Tcp;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Loop.Tcp;
using Sametime.Contracts.Wire;
using Sametime.Tests.Kit.Ends;
using Sametime.Tests.Kit.Loop;
using Xunit;

namespace Sametime.Tests.Unit.Link;

/// <summary>
/// Every time and bound of links at its value, where nothing happens, and one step beyond, where its doc comment says what does; each with
/// more than one value where it can be set. A new one without scenes fails here.
/// </summary>
public sealed class LinkTableTests
{
    private const string Open = "open";

    private static readonly Dictionary<string, Case[]> Table = new()
    {
        [nameof(LinkOptions.AuthenticationTimeout)] =
        [
            .. Before([500, 10_000], static (options, value) => options.AuthenticationTimeout = Milliseconds(value), static (scene, milliseconds) =>
            {
                _ = scene.Accept();
                scene.Loop.Advance(Milliseconds(milliseconds));
                return Failed(scene);
            }, "failed ConnectionTimedOut"),

            // Also behind a Hello: the time is for all of it.
            .. Before([500, 10_000], static (options, value) => options.AuthenticationTimeout = Milliseconds(value), static (scene, milliseconds) =>
            {
                var peer = scene.Accept();
                scene.Loop.Advance(Milliseconds(200));
                scene.Loop.Run(() => peer.Send(LinkScene.Hello));
                scene.Loop.Advance(Milliseconds(milliseconds - 200));
                return Failed(scene);
            }, "failed ConnectionTimedOut"),
        ],
        [nameof(LinkOptions.PingInterval)] = Before(
            [200, 1_000], static (options, value) => options.PingInterval = Milliseconds(value), static (scene, milliseconds) =>
            {
                var peer = scene.OpenHub();
                scene.Loop.Advance(scene.Options.PingInterval); // in which the proof was heard
                scene.Loop.Advance(Milliseconds(milliseconds));
                return $"asked {peer.Frames.Count(static frame => frame.Kind == LinkKind.Ping)} times";
            }, over: "asked 1 times", within: "asked 0 times"),
        [nameof(LinkOptions.PingsMissedMax)] = UpTo(
            [1, 4], static (options, value) => options.PingsMissedMax = value, static (scene, count) =>
            {
                _ = scene.OpenHub();
                scene.Loop.Advance(scene.Options.PingInterval * (count + 1));
                return Ended(scene);
            }, "ended ConnectionTimedOut"),
        [nameof(LinkOptions.QueueBytesMax)] = UpTo(
            [1_000, 100_000], static (options, value) => options.QueueBytesMax = value, static (scene, bytes) =>
            {
                var peer = scene.OpenHub();
                scene.Loop.Run(peer.StopReading);
                scene.Loop.Run(() => scene.Hub.Link!.Send(LinkKind.Message, 1, [], new byte[bytes - LinkFrame.HeaderBytes]));
                return Ended(scene);
            }, "ended NotEnoughResources"),
        [nameof(LinkOptions.CloseTimeout)] =
        [
            .. from value in new[] { 300, 2_000 }
               from missing in new[] { 1, 0 }
               select new Case($"{missing} ms less than {value}", missing == 1 ? "waits" : "over", () => CloseTcpAsync(value, value - missing)),
        ],
        [nameof(LinkOptions.ConnectTimeout)] =
        [
            .. from value in new[] { 300, 5_000 }
               from missing in new[] { 1, 0 }
               select new Case($"{missing} ms less than {value}", missing == 1 ? "waits" : "TimedOut", () => DialTcpAsync(value, value - missing)),
        ],
        [nameof(LinkOptions.RetryDelayMin)] = Before(
            [100, 700], static (options, value) => options.RetryDelayMin = Milliseconds(value), static (scene, milliseconds) =>
                DialsAfter(scene, TimeSpan.Zero, milliseconds), over: "2 attempts", within: "1 attempts"),

        // The wait before it is half as long, so that the next would be twice as long without it.
        [nameof(LinkOptions.RetryDelayMax)] = Before(
            [400, 3_000], static (options, value) => (options.RetryDelayMin, options.RetryDelayMax) = (Milliseconds(value / 2), Milliseconds(value)),
            static (scene, milliseconds) => DialsAfter(scene, scene.Options.RetryDelayMax * 1.5, milliseconds),
            over: "4 attempts", within: "3 attempts"),

        [nameof(LinkLimits.Version)] =
        [
            Greeting("ours", LinkScene.Hello, "challenged"),
            Greeting("one older", LinkScene.Hello with { Version = LinkLimits.Version - 1 }, "failed VersionMismatch"),
            Greeting("one newer", LinkScene.Hello with { Version = LinkLimits.Version + 1 }, "failed VersionMismatch"),
        ],
        [nameof(LinkLimits.FrameBytesMax)] =
        [
            OfSize(isOpen: true, LinkLimits.FrameBytesMax, "heard 1"),
            OfSize(isOpen: true, LinkLimits.FrameBytesMax + 1, "ended ProtocolError"),
        ],
        [nameof(LinkLimits.UnauthenticatedFrameBytesMax)] =
        [
            OfSize(isOpen: false, LinkLimits.UnauthenticatedFrameBytesMax, "challenged"),
            OfSize(isOpen: false, LinkLimits.UnauthenticatedFrameBytesMax + 1, "failed ProtocolError"),
        ],
        [nameof(LinkLimits.NonceBytes)] =
        [
            Greeting("whole", LinkScene.Hello with { Nonce = new byte[LinkLimits.NonceBytes] }, "challenged"),
            Greeting("a byte short", LinkScene.Hello with { Nonce = new byte[LinkLimits.NonceBytes - 1] }, "failed BadData"),
        ],
        [nameof(LinkLimits.NameBytesMax)] =
        [
            .. from name in new[] { "n", new string('n', LinkLimits.NameBytesMax), new string('é', LinkLimits.NameBytesMax / 2) }
               from one in new[] { Greeting(name, LinkScene.Hello with { Name = name }, "challenged"), Answer(name, Open) }
               select one,
            .. from name in new[] { "", new string('n', LinkLimits.NameBytesMax + 1), new string('é', (LinkLimits.NameBytesMax / 2) + 1) }
               from one in new[] { Greeting(name, LinkScene.Hello with { Name = name }, "failed BadData"), Answer(name, "failed BadData") }
               select one,
        ],
    };

    public static TheoryData<string> Limits => [.. Names];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static IEnumerable<string> Names =>
        typeof(LinkOptions).GetProperties().Select(static property => property.Name)
            .Concat(typeof(LinkLimits).GetFields(BindingFlags.Public | BindingFlags.Static).Select(static constant => constant.Name));

    [Theory]
    [MemberData(nameof(Limits))]
    public async Task What_is_within_a_limit_passes_and_what_is_beyond_it_ends_as_is_documented(string limit)
    {
        Assert.True(Table.TryGetValue(limit, out var cases), $"The limit {limit} has no scenes: show what happens at its value, and beyond.");
        Assert.True(cases.Select(static one => one.Expected).Distinct().Count() >= 2, $"The limit {limit} is seen on one side only.");
        foreach (var one in cases)
            Assert.Equal((one.What, one.Expected), (one.What, await one.Play()));
    }

    [Fact]
    public void The_table_names_no_limit_that_is_gone() => Assert.Empty(Table.Keys.Except(Names));

    private static TimeSpan Milliseconds(int count) => TimeSpan.FromMilliseconds(count);

    private static Case[] UpTo(int[] values, Action<LinkOptions, int> set, Func<LinkScene, int, string> play, string over, string within = Open) =>
        [.. values.Select(value => Scene(value, value, set, play, within)), .. values.Select(value => Scene(value, value + 1, set, play, over))];

    private static Case[] Before(int[] values, Action<LinkOptions, int> set, Func<LinkScene, int, string> play, string over, string within = Open) =>
        [.. values.Select(value => Scene(value, value - 1, set, play, within)), .. values.Select(value => Scene(value, value, set, play, over))];

    private static Case Scene(int value, int amount, Action<LinkOptions, int> set, Func<LinkScene, int, string> play, string expected) =>
        new($"{amount} where the limit is {value}", expected, () =>
        {
            using var scene = new LinkScene();
            set(scene.Options, value);
            return Task.FromResult(play(scene, amount));
        });

    private static string Failed(LinkScene scene) => scene.Failures.Count == 0 ? Open : $"failed {Assert.Single(scene.Failures).Reason}";

    private static string Ended(LinkScene scene) => scene.Hub.Closed == 0 ? Open : $"ended {scene.Hub.LastReason}";

    private static Case Greeting(string what, LinkHello hello, string expected) => new(what, expected, () =>
    {
        using var scene = new LinkScene();
        var peer = scene.Accept();
        scene.Loop.Run(() => peer.Send(hello));
        return Task.FromResult(peer.Frames is [(LinkKind.Challenge, _)] ? "challenged" : Failed(scene));
    });

    private static Case Answer(string name, string expected) => new($"{name} in the answer", expected, () =>
    {
        using var scene = new LinkScene();
        var peer = scene.Connect();
        scene.Loop.Run(() => peer.Send(new LinkChallenge(new byte[LinkLimits.NonceBytes], LinkRole.Hub, name, 1)));
        return Task.FromResult(Failed(scene));
    });

    private static Case OfSize(bool isOpen, int length, string expected) => new($"a frame of {length} bytes", expected, () =>
    {
        using var scene = new LinkScene();
        var peer = isOpen ? scene.OpenHub() : scene.Accept();
        var payload = new ArrayBufferWriter<byte>();
        payload.Write(isOpen ? default : LinkScene.BytesOf(LinkScene.Hello).AsSpan(LinkFrame.HeaderBytes));
        var frame = new byte[sizeof(uint) + length];
        BinaryPrimitives.WriteInt32BigEndian(frame, length);
        frame[sizeof(uint)] = (byte)(isOpen ? LinkKind.Message : LinkKind.Hello);
        payload.WrittenSpan.CopyTo(frame.AsSpan(LinkFrame.HeaderBytes));
        scene.Loop.Run(() => peer.SendBytes(frame));
        return Task.FromResult(
            !isOpen ? peer.Frames is [(LinkKind.Challenge, _)] ? "challenged" : Failed(scene)
            : scene.Hub.Closed > 0 ? Ended(scene) : $"heard {scene.Hub.Frames.Count}");
    });

    // Attempts that fail at once, spread the least: how many there are when some time has passed and then so much.
    private static string DialsAfter(LinkScene scene, TimeSpan first, int milliseconds)
    {
        var dialer = new RefusingDialer();
        var connector = new LinkConnector(
            scene.Loop, dialer, new LinkIdentity(LinkRole.Edge, "edge-7"), LinkScene.Key, scene.Options, new LargestRandom(), static _ => { });
        scene.Loop.Run(() => connector.Start(scene.Edge));
        scene.Loop.Advance(first);
        scene.Loop.Advance(Milliseconds(milliseconds));
        scene.Loop.Run(connector.Dispose);
        return $"{dialer.Attempts} attempts";
    }

    // An end that neither reads nor closes, on a socket, since the stream below keeps that time.
    private static async Task<string> CloseTcpAsync(int value, int milliseconds)
    {
        var errors = new List<Exception>();
        var failures = new List<LinkFailure>();
        var clock = new FakeTimeProvider();
        using var loop = new EventLoop("link under test", errors.Add, clock);
        var accepted = new TaskCompletionSource<LinkSession>(TaskCreationOptions.RunContinuationsAsynchronously);
        var acceptor = await loop.AskAsync(() => new TcpAcceptor(loop, new IPEndPoint(IPAddress.Loopback, 0), new TcpOptions(), OnAccepted));
        using var client = new TcpClient();
        await client.ConnectAsync(acceptor.LocalEndPoint, Stop);
        var session = await accepted.Task.ForAsync(Stop);
        await loop.AskAsync(() => session.Close(Reason.Success));
        clock.Advance(Milliseconds(milliseconds));

        // Due timers run in the turn of the first question, and the stream ends in the same or the next one.
        await loop.AskAsync(static () => { });
        await loop.AskAsync(static () => { });
        var result = await loop.AskAsync(() => failures.Count == 0 ? "waits" : "over");
        await loop.AskAsync(acceptor.Dispose);
        Assert.Empty(errors);
        return result;

        void OnAccepted(Socket socket) => accepted.SetResult(LinkSession.Accept(
            loop, new TcpByteStream(loop, socket, new TcpOptions()), new LinkIdentity(LinkRole.Hub, "hub-1", 1),
            LinkTrust.OfLoopback(LinkScene.Key, LinkRole.Edge), new LinkOptions { CloseTimeout = Milliseconds(value) }, new RecordingHandler(), failures.Add));
    }

    private static async Task<string> DialTcpAsync(int value, int milliseconds)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "how a full backlog answers differs from system to system");

        // A listener that accepts nobody: once its backlog is full, Linux drops further attempts without an answer.
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        using var first = new TcpClient();
        await first.ConnectAsync((IPEndPoint)listener.LocalEndPoint!, Stop);

        var clock = new FakeTimeProvider();
        using var loop = new EventLoop("link under test", static error => Assert.Fail(error.Message), clock);
        var dialer = new TcpLinkDialer(loop, listener.LocalEndPoint!, new LinkOptions { ConnectTimeout = Milliseconds(value) }, new TcpOptions());
        Task? dialing = null;
        await loop.AskAsync(() =>
        {
            dialing = dialer.DialAsync();
        });
        clock.Advance(Milliseconds(milliseconds));
        await loop.AskAsync(static () => { });
        await loop.AskAsync(static () => { });
        return await loop.AskAsync(() =>
            !dialing!.IsCompleted ? "waits"
            : dialing.Exception?.InnerException is SocketException error ? error.SocketErrorCode.ToString()
            : "neither");
    }

    private sealed record Case(string What, string Expected, Func<Task<string>> Play);

    private sealed class LargestRandom : Random
    {
        public override double NextDouble() => 0.999999;
    }

    private sealed class RefusingDialer : ILinkDialer
    {
        public int Attempts { get; private set; }

        public Task<IByteStream> DialAsync()
        {
            Attempts++;
            return Task.FromException<IByteStream>(new SocketException((int)SocketError.ConnectionRefused));
        }
    }
}
