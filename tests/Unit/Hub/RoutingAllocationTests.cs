using Sametime.Contracts.Events;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Hubs;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Hub;
using Sametime.Tests.Kit.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Hub;

[Trait("Mutation", "No")]
public sealed class RoutingAllocationTests
{
    private const int Messages = 10_000;

    [Fact]
    public void ARoutedInstantMessageAllocatesNothing()
    {
        using var scene = new HubScene(options => options.Limits.InstantMessages = new Rate(PerSecond: 1_000, Burst: 1_000_000));
        var (alice, bob) = (scene.LogIn("alice"), scene.LogIn("bob"));
        var (mine, _) = scene.Converse(alice, bob);
        var message = Bytes.Message(mine, new ChannelSend(0x64, new Opaque(new byte[100])));

        Assert.Equal(0, AllocatedBy(scene, scene.Edge.Link, alice.Handle, LinkKind.Message, message));
        Assert.Equal(2 * Messages, scene.Counters.MessagesRouted);
    }

    [Fact]
    public void AnInstantMessageAllocatesNothingWhereLoggingIsOff()
    {
        using var scene = new HubScene(options => options.Limits.InstantMessages = new Rate(PerSecond: 1_000, Burst: 1_000_000));
        var log = new FakeChatLog(scene.Loop, scene.Hub);
        var (alice, bob) = (scene.LogIn("alice"), scene.LogIn("bob"));
        var (mine, _) = scene.Converse(alice, bob);
        var message = Bytes.Message(mine, new ChannelSend(0x64, new Opaque([0, 0, 0, 1, 0, 2, 104, 105])));

        // Also on a channel that was logged before.
        log.SetPolicy(ChatLogMode.Strict);
        alice.SendBytes(message);
        log.SetPolicy(ChatLogMode.Off);
        Assert.Equal(3, log.Facts.Count);

        Assert.Equal(0, AllocatedBy(scene, scene.Edge.Link, alice.Handle, LinkKind.Message, message));
        Assert.Equal((2 * Messages) + 1, scene.Counters.MessagesRouted);
    }

    [Fact]
    public void AMessageToOrFromAnotherHubAllocatesNothing()
    {
        using var scene = new HubScene(options => options.Limits.InstantMessages = new Rate(PerSecond: 1_000, Burst: 1_000_000));
        var alice = scene.LogIn("alice");
        var bob = new LoginInfo(new LoginId(2, 1, 5).ToString(), ClientType.Meanwhile, new UserId("bob"), "Bob", "", new LoginDetails("", 0, "hub-2"));
        List<SentFrame> sent = [];
        var link = new FakeLink(new LinkPeer(LinkRole.Hub, "hub-2", 2, null), sent.Add);
        scene.Hub.OnLinkOpened(link);
        scene.Hub.OnLinkFrame(link, new LinkFrame(LinkKind.HubHello, 0, Bytes.Of(new HubHello(1, new LoginId(2, 1, 1), "", [], []))));
        var mine = alice.CreateIm(bob.LoginId);
        var reader = new WireReader(sent.Single(frame => frame.Kind == LinkKind.ForeignCreate).Payload);
        var theirs = ForeignCreate.Read(ref reader).Create.Channel.OtherHalf;
        var accept = new ChannelAccept { Service = ServiceTypes.InstantMessage, Protocol = ProtocolTypes.InstantMessage, Version = 3, Acceptor = bob };
        scene.Hub.OnLinkFrame(link, new LinkFrame(LinkKind.Message, 0, Bytes.Message(theirs, accept)));
        Assert.True(alice.Inbox.Has<ChannelAccept>());
        link.IsRecording = false;

        var data = new ChannelSend(0x64, new Opaque(new byte[100]));
        Assert.Equal(0, AllocatedBy(scene, scene.Edge.Link, alice.Handle, LinkKind.Message, Bytes.Message(mine, data)));
        Assert.Equal(0, AllocatedBy(scene, link, 0, LinkKind.Message, Bytes.Message(theirs, data)));
        Assert.Equal((4 * Messages, 2 * Messages), (scene.Counters.MessagesRouted, scene.Counters.MessagesToHubs));
    }

    [Fact]
    public void AMessageForManyAllocatesNothing()
    {
        using var scene = new HubScene();
        var resolve = scene.AddResolve("resolve");
        var channels = new List<ChannelId>();
        for (var i = 0; i < 50; i++)
        {
            scene.LogIn($"user{i}").Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, 0);
            var offer = resolve.Inbox.Take<ChannelCreate>();
            resolve.Accept(offer);
            channels.Add(offer.Channel);
        }
        var payload = new List<byte> { 0, 0, 0, (byte)channels.Count };
        foreach (var channel in channels)
            payload.AddRange([0, 0, 0, 0, (byte)(channel.Value >> 24), (byte)(channel.Value >> 16), (byte)(channel.Value >> 8), (byte)channel.Value]);
        payload.AddRange(Bytes.Message(ChannelId.Master, new ChannelSend(1, [1, 2, 3])));

        Assert.Equal(0, AllocatedBy(scene, resolve.Link, 0, LinkKind.Fanout, [.. payload]));
        Assert.Equal(2 * Messages * 50, scene.Counters.FanoutRecipients);
    }

    private static long AllocatedBy(HubScene scene, FakeLink from, uint handle, LinkKind kind, byte[] payload)
    {
        scene.Edge.Link.IsRecording = false;
        for (var i = 0; i < Messages; i++)
            scene.Hub.OnLinkFrame(from, new LinkFrame(kind, handle, payload));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Messages; i++)
            scene.Hub.OnLinkFrame(from, new LinkFrame(kind, handle, payload));
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
