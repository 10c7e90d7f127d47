using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Session;
using Sametime.Edge;
using Sametime.Edge.Limits;
using Sametime.Edge.Links;
using Sametime.Tests.Kit.Clients;
using Sametime.Tests.Kit.Ends;
using Sametime.Tests.Kit.Loop;
using Sametime.Tests.Unit.Edge.Support;
using Xunit;

namespace Sametime.Tests.Unit.Edge;

/// <summary>A client that says nothing but whose TCP answers is alive, where that can be asked; and what a port that cannot be opened says.</summary>
public sealed class SignOfLifeTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_silent_client_whose_TCP_answers_stays()
    {
        var status = await SilentAsync(new LimitsOptions());

        Assert.Equal((1, false), (status.LoggedIn, status.Counters.Ended.ContainsKey(Reason.ConnectionTimedOut)));
        Assert.True(status.Counters.KeepAlivesSent >= 4);
    }

    [Fact]
    public async Task An_answer_of_some_time_ago_is_a_sign_of_life_as_long_as_a_word_would_be()
    {
        // Nothing is sent to it meanwhile that its TCP would answer.
        var limits = new LimitsOptions { DeadAfter = TimeSpan.FromSeconds(20), KeepAliveAfter = TimeSpan.FromHours(1) };

        // As long as it may be silent, in thousandths: by the kernel's clock, which nobody can turn.
        var status = await SilentAsync(limits, limits.DeadAfter / 1_000);

        Assert.Equal((1, false, 0L), (status.LoggedIn, status.Counters.Ended.ContainsKey(Reason.ConnectionTimedOut), status.Counters.KeepAlivesSent));
    }

    [Theory]
    [InlineData("nowhere", "Edge:ListenAddress is 'nowhere', which is no IP address.")]
    [InlineData("127.0.0.1:1533:7", "Edge:ListenAddress is '127.0.0.1:1533:7', which is no IP address.")]
    public async Task An_address_that_is_none_is_one_clear_sentence(string address, string sentence)
    {
        var errors = new List<Exception>();
        using var loop = new EventLoop("no address", errors.Add);
        var edge = new EdgeServer(
            loop, new EdgeOptions { Port = 0, Tls = TlsMode.Off, ListenAddress = address }, new LimitsOptions { KeyPairsReady = 1 }, [], EdgeWorld.AnywherePolicy, NullLogger<EdgeServer>.Instance);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => edge.StartAsync().ForAsync(Stop));
        Assert.Equal(sentence, error.Message);
        await edge.DisposeAsync().ForAsync(CancellationToken.None);
        Assert.Empty(errors);
    }

    // By the Edge's clock the client is silent for twice as long as it may be; by the kernel's it has answered so long ago.
    private static async Task<EdgeStatus> SilentAsync(LimitsOptions limits, TimeSpan ago = default)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux can be asked.");
        var (errors, hub, clock) = (new List<Exception>(), new HubEnd(), new FakeTimeProvider());
        using var loop = new EventLoop("signs of life", errors.Add, clock);
        var edge = new EdgeServer(
            loop, new EdgeOptions { Port = 0, Tls = TlsMode.Off }, limits, [new Upstream("hub-1", hub)], EdgeWorld.AnywherePolicy, NullLogger<EdgeServer>.Instance);
        await edge.StartAsync().ForAsync(Stop);
        using var client = await RawClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, edge.Port), Stop);
        await client.HandshakeAsync();
        await client.SendAsync(new Login(ClientType.Meanwhile, "alice", [1], AuthType.Token));
        await loop.UntilAsync(() => hub.Frames.Exists(static frame => frame.Kind == Contracts.Link.LinkKind.Attach), Stop);
        await loop.AskAsync(() => hub.AcceptLogin(hub.LastAttach().Handle));

        var from = Stopwatch.GetTimestamp();
        await Waits.UntilAsync(() => Stopwatch.GetElapsedTime(from) > ago, static () => Thread.Yield(), "its last answer is some time ago", Stop);
        for (var second = 0; second < 2 * limits.DeadAfter.TotalSeconds; second++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await loop.AskAsync(static () => { });
        }

        var status = await edge.StatusAsync().ForAsync(Stop);
        client.Dispose();
        await edge.DisposeAsync().ForAsync(CancellationToken.None);
        Assert.Empty(errors);
        return status;
    }
}
