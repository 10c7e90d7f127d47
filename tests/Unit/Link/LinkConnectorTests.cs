using System.Net.Sockets;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.InProcess;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;
using Sametime.Tests.Kit.Loop;
using Sametime.Tests.Unit.Loop;
using Xunit;

namespace Sametime.Tests.Unit.Link;

public sealed class LinkConnectorTests : IDisposable
{
    private static readonly byte[] Key = [.. "a shared key of this community"u8];
    private static readonly LinkIdentity Me = new(LinkRole.Edge, "edge-7");

    private readonly ManualLoop _loop = new();
    private readonly LinkOptions _options = new();
    private readonly RecordingHandler _here = new();
    private readonly RecordingHandler _hub = new();
    private readonly ScriptedDialer _dialer;
    private readonly List<LinkFailure> _failures = [];
    private readonly LinkConnector _connector;

    public LinkConnectorTests()
    {
        _dialer = new ScriptedDialer(_loop) { Dial = DialHub };

        // A random number of almost one: the longest wait of each step.
        _connector = new LinkConnector(_loop, _dialer, Me, Key, _options, new FixedRandom(0.999999), _failures.Add);
    }

    public void Dispose() => _loop.Dispose();

    [Theory]
    [InlineData(typeof(SocketException))]
    [InlineData(typeof(TimeoutException))]
    [InlineData(typeof(NotSupportedException))]
    [InlineData(typeof(OperationCanceledException))]
    public void Whatever_keeps_it_from_connecting_it_tries_again(Type error)
    {
        _dialer.Dial = () => throw (Exception)Activator.CreateInstance(error)!;

        _loop.Run(() => _connector.Start(_here));
        _loop.Advance(TimeSpan.FromSeconds(60));
        Assert.True(_dialer.DialedAt.Count > 10);
        Assert.Equal(Reason.CannotConnect, _connector.LastFailure!.Reason);

        _dialer.Dial = DialHub;
        _loop.Advance(_options.RetryDelayMax);

        Assert.NotNull(_connector.Link);
        Assert.Null(_connector.LastFailure);
        Assert.Equal(1, _here.Opened);
    }

    [Fact]
    public void Each_wait_is_twice_the_one_before_up_to_the_longest()
    {
        _dialer.Dial = () => Task.FromException<IByteStream>(new SocketException((int)SocketError.ConnectionRefused));

        _loop.Run(() => _connector.Start(_here));
        _loop.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal([100, 200, 400, 800, 1600, 3200, 5000, 5000], _dialer.Waits().Take(8));
    }

    [Fact]
    public void Waits_are_spread_between_half_and_all_of_a_step()
    {
        _dialer.Dial = () => throw new TimeoutException();
        var connector = new LinkConnector(_loop, _dialer, Me, Key, _options, new FixedRandom(0), _failures.Add);

        _loop.Run(() => connector.Start(_here));
        _loop.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal([50, 100, 200, 400], _dialer.Waits().Take(4));
    }

    [Fact]
    public void A_lost_link_is_made_again_and_the_waits_begin_anew()
    {
        _dialer.Dial = () => throw new TimeoutException();
        _loop.Run(() => _connector.Start(_here));
        _loop.Advance(TimeSpan.FromSeconds(10));
        _dialer.Dial = DialHub;
        _loop.Advance(_options.RetryDelayMax);
        var before = _dialer.DialedAt.Count;

        _loop.Run(() => _hub.Link!.Close(Reason.ServerFull));
        Assert.Equal((1, Reason.ServerFull), (_here.Closed, _here.LastReason));
        Assert.Null(_connector.Link);
        _loop.Advance(_options.RetryDelayMin);

        Assert.Equal(before + 1, _dialer.DialedAt.Count);
        Assert.Equal(2, _here.Opened);
        Assert.NotNull(_connector.Link);
    }

    [Fact]
    public void Pushed_out_by_another_of_its_name_it_says_so_and_waits_the_longest()
    {
        _dialer.Dial = DialHub;
        _loop.Run(() => _connector.Start(_here));

        _loop.Run(() => _hub.Link!.Close(Reason.SignedOnAgain));

        Assert.Equal((1, Reason.SignedOnAgain), (_here.Closed, _here.LastReason));
        Assert.Contains("by the same name", Assert.Single(_failures).Why, StringComparison.Ordinal);
        Assert.Equal(Reason.SignedOnAgain, _failures[0].Reason);
        Assert.Same(_failures[0], _connector.LastFailure);
        _loop.Advance(_options.RetryDelayMax / 2);
        Assert.Single(_dialer.DialedAt);
        _loop.Advance(_options.RetryDelayMax / 2);
        Assert.Equal(2, _here.Opened);

        // Back again, it waits no longer than anybody else for the next one.
        Assert.Null(_connector.LastFailure);
        _loop.Run(() => _hub.Link!.Close(Reason.ServerFull));
        _loop.Advance(_options.RetryDelayMin);
        Assert.Equal((3, 3), (_dialer.DialedAt.Count, _here.Opened));
        Assert.Null(_connector.LastFailure);
    }

    [Fact]
    public void A_refusal_of_the_other_end_is_the_failure_shown_and_it_goes_on_trying()
    {
        _dialer.Dial = () => Dial(LinkTrust.OfLoopback("another key"u8.ToArray(), LinkRole.Edge));

        _loop.Run(() => _connector.Start(_here));
        _loop.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(Reason.NotAuthorized, _connector.LastFailure!.Reason);
        Assert.Contains("does not know the shared key", _connector.LastFailure.Why, StringComparison.Ordinal);
        Assert.True(_failures.Count > 2);
        Assert.Equal(0, _here.Opened);
    }

    [Fact]
    public void After_disposal_it_neither_keeps_a_link_nor_tries_again()
    {
        var pending = new TaskCompletionSource<IByteStream>();
        _dialer.Dial = () => pending.Task;
        _loop.Run(() => _connector.Start(_here));

        _loop.Run(_connector.Dispose);
        _loop.Run(() => pending.SetException(new TimeoutException()));
        _loop.Advance(TimeSpan.FromMinutes(1));

        Assert.Single(_dialer.DialedAt);
        Assert.Empty(_failures);
    }

    [Fact]
    public void A_connection_that_comes_about_after_disposal_is_given_up()
    {
        var pending = new TaskCompletionSource<IByteStream>();
        _dialer.Dial = () => pending.Task;
        _loop.Run(() => _connector.Start(_here));
        _loop.Run(_connector.Dispose);
        var dialled = new StreamRecorder();
        var (ours, theirs) = Sametime.Contracts.Loop.InProcess.InProcessPipe.Create(_loop, _loop);
        _loop.Run(() => theirs.Start(dialled));

        _loop.Run(() => pending.SetResult(ours));

        Assert.Equal((1, StreamEnd.Reset), (dialled.EndCount, dialled.LastEnd));
        Assert.Equal(0, dialled.Bytes.Length);
    }

    [Fact]
    public void A_connector_is_started_once()
    {
        _loop.Run(() => _connector.Start(_here));

        Assert.Throws<InvalidOperationException>(() => _connector.Start(_here));
        Assert.Single(_dialer.DialedAt);
    }

    [Fact]
    public void Disposal_closes_the_open_link()
    {
        _dialer.Dial = DialHub;
        _loop.Run(() => _connector.Start(_here));

        _loop.Run(_connector.Dispose);
        _loop.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal((1, 1), (_here.Closed, _hub.Closed));
        Assert.Equal(Reason.Success, _hub.LastReason);
        Assert.Single(_dialer.DialedAt);
    }

    private Task<IByteStream> DialHub() => Dial(LinkTrust.OfLoopback(Key, LinkRole.Edge));

    private Task<IByteStream> Dial(LinkTrust trust) =>
        new InProcessLinkListener(_loop, new LinkIdentity(LinkRole.Hub, "hub-1", 1), trust, _options, _hub, static _ => { })
            .DialerOn(_loop).DialAsync();

    private sealed class FixedRandom(double value) : Random
    {
        public override double NextDouble() => value;
    }

    private sealed class ScriptedDialer(ILoop loop) : ILinkDialer
    {
        public required Func<Task<IByteStream>> Dial { get; set; }

        public List<TimeSpan> DialedAt { get; } = [];

        public IEnumerable<double> Waits() => DialedAt.Zip(DialedAt.Skip(1), static (a, b) => Math.Round((b - a).TotalMilliseconds));

        public Task<IByteStream> DialAsync()
        {
            DialedAt.Add(loop.Time.GetElapsedTime(0));
            return Dial();
        }
    }
}
