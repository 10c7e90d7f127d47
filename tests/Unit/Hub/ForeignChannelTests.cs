using Sametime.Contracts.Events;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Master;
using Sametime.Contracts.Wire.Session;
using Sametime.Tests.Kit.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Hub;

/// <summary>Channels between logins of two hubs.</summary>
public sealed class ForeignChannelTests : IDisposable
{
    private readonly ManyHubsScene _scene = new(3);
    private readonly FakeClient _alice;
    private readonly FakeClient _bob;

    public ForeignChannelTests() => (_alice, _bob) = (_scene[0].LogIn("alice"), _scene[1].LogIn("bob"));

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void TheCalleeSeesTheCallerAndTheCallerWhoAccepted()
    {
        var mine = _alice.CreateIm(_bob.LoginId!);
        var offer = _bob.Inbox.Take<ChannelCreate>(out var header);
        Assert.True(header.IsMaster);
        Assert.True(offer.Channel.IsServerHalf);
        Assert.Equal(_alice.Inbox.Take<LoginAck>().Login, offer.Creator);
        Assert.Equal(IdBlock.Nobody, offer.Target);

        _bob.Accept(offer);
        var accept = _alice.Inbox.Take<ChannelAccept>(out header);
        Assert.Equal(mine, header);
        Assert.Equal(_bob.Inbox.Take<LoginAck>().Login, accept.Acceptor);
    }

    [Fact]
    public void MessagesArriveInOrderBothWaysUnderTheReceiversNumber()
    {
        var (mine, his) = _scene.Converse(_alice, _bob);
        for (byte i = 0; i < 20; i++)
        {
            _alice.Send(mine, new ChannelSend(i, [i]), MessageOptions.Encrypted);
            _bob.Say(his, [i]);
        }

        for (byte i = 0; i < 20; i++)
        {
            Assert.Equal(new ChannelSend(i, [i]), _bob.Inbox.Take<ChannelSend>(out var channel));
            Assert.Equal(his, channel);
            Assert.Equal([i], _alice.Inbox.Take<ChannelSend>(out channel).Data);
            Assert.Equal(mine, channel);
        }
    }

    [Fact]
    public void WhatTheCallerSendsBeforeTheAcceptIsPassedOnInOrder()
    {
        var mine = _alice.CreateIm(_bob.LoginId!);
        _alice.Say(mine, [1]);
        _alice.Say(mine, [2]);

        _bob.Inbox.Take<ChannelCreate>();
        Assert.Equal([[1], [2]], _bob.Inbox.TakeAll<ChannelSend>().Select(send => send.Data.Span.ToArray()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ADestroyOfEitherEndReachesTheOtherOnceAndNoHubKeepsTheChannel(bool byCreator)
    {
        var (mine, his) = _scene.Converse(_alice, _bob);
        var (from, to, own, other) = byCreator ? (_alice, _bob, mine, his) : (_bob, _alice, his, mine);

        from.Send(own, new ChannelDestroy(Reason.ImDoNotDisturb, [1, 2]));

        Assert.Equal(new ChannelDestroy(Reason.ImDoNotDisturb, [1, 2]), to.Inbox.Take<ChannelDestroy>(out var channel));
        Assert.Equal(other, channel);
        AssertOver();
    }

    [Fact]
    public void ARefusalTravelsBack()
    {
        var mine = _alice.CreateIm(_bob.LoginId!);
        _bob.Destroy(_bob.Inbox.Take<ChannelCreate>().Channel, Reason.ImTypeNotRegistered);

        Assert.Equal(Reason.ImTypeNotRegistered, _alice.Inbox.Take<ChannelDestroy>(out var channel).Reason);
        Assert.Equal(mine, channel);
        AssertOver();
    }

    [Theory]
    [InlineData("login of the caller")]
    [InlineData("login of the callee")]
    [InlineData("Edge of the caller")]
    [InlineData("Edge of the callee")]
    [InlineData("link between the hubs")]
    public void ALostHopIsToldAtEachLivingEndOnceAndNoHubKeepsTheChannel(string hop)
    {
        var (mine, his) = _scene.Converse(_alice, _bob);
        Action lose = hop switch
        {
            "login of the caller" => _alice.Vanish,
            "login of the callee" => _bob.Vanish,
            "Edge of the caller" => () => _scene[0].Edge.Break(),
            "Edge of the callee" => () => _scene[1].Edge.Break(),
            _ => () => _scene.LinkOf(0, 1).Break(),
        };

        lose();
        _scene.Loop.RunUntilIdle();

        var isLink = hop.StartsWith("link", StringComparison.Ordinal);
        AssertTold(_alice, mine, isLink || hop.EndsWith("callee", StringComparison.Ordinal));
        AssertTold(_bob, his, isLink || hop.EndsWith("caller", StringComparison.Ordinal));
        AssertOver();

        static void AssertTold(FakeClient client, ChannelId id, bool isTold)
        {
            if (isTold)
            {
                Assert.Equal(Reason.ConnectionBroken, client.Inbox.Take<ChannelDestroy>(out var channel).Reason);
                Assert.Equal(id, channel);
            }
            Assert.False(client.Inbox.Has<ChannelDestroy>());
        }
    }

    [Fact]
    public void ALostHubLinkEndsNoOtherChannel()
    {
        var carol = _scene[2].LogIn("carol");
        _scene.Converse(_alice, _bob);
        var (mine, his) = _scene.Converse(_alice, carol);

        _scene.LinkOf(0, 1).Break();
        _scene.Loop.RunUntilIdle();
        _alice.Say(mine, [7]);

        carol.Inbox.Take<ChannelSend>(out var channel);
        Assert.Equal(his, channel);
        Assert.Single(_alice.Inbox.TakeAll<ChannelDestroy>());
    }

    [Fact]
    public void BothHubsStateTheSameFactsOfAChannel()
    {
        var (mine, _) = _scene.Converse(_alice, _bob);
        _alice.Destroy(mine);

        foreach (var node in _scene.Hubs.Take(2))
        {
            var created = Assert.Single(node.Events.Of<ChannelCreated>());
            Assert.Equal((_alice.LoginId, mine.Value), (created.Creator.ToString(), created.Channel));
            var accepted = Assert.Single(node.Events.Of<ChannelAccepted>());
            Assert.Equal((_alice.LoginId, _bob.LoginId), (accepted.Creator.ToString(), accepted.Acceptor.ToString()));
            Assert.Equal(mine.Value, Assert.Single(node.Events.Of<ChannelDestroyed>()).Channel);
        }
        Assert.Equal(_scene[0].Events.Causes.Distinct(), _scene[1].Events.Causes.Distinct());
        Assert.Empty(_scene[2].Events.Of<ChannelCreated>());
    }

    [Fact]
    public void EachHubCountsItsOwnSideOfAChannel()
    {
        var (mine, his) = _scene.Converse(_alice, _bob);
        _alice.Say(mine, [1]);
        _alice.Say(mine, [2]);
        _bob.Say(his, [3]);
        _alice.Destroy(mine);
        var counters = _scene.Hubs.Select(static node => node.Counters).ToArray();
        Assert.Equal([1, 1, 0], counters.Select(static one => one.ForeignChannels));
        Assert.Equal([1, 1, 0], counters.Select(static one => one.ChannelsCreated));
        Assert.Equal([1, 1, 0], counters.Select(static one => one.ChannelsDestroyed));
        Assert.Equal([3, 3, 0], counters.Select(static one => one.MessagesRouted));
        Assert.Equal([2, 1, 0], counters.Select(static one => one.MessagesToHubs));
    }

    [Fact]
    public void WhatACallerClaimsToBeIsCountedAtHisOwnHubAlone()
    {
        var claimed = new LoginInfo(_bob.LoginId!, ClientType.Meanwhile, new UserId("boss"), "The Boss");
        _alice.Send(new ChannelCreate { Channel = new(9), Target = new(_bob.LoginId!), Service = ServiceTypes.InstantMessage, Protocol = ProtocolTypes.InstantMessage, Version = 3, Creator = claimed });
        _alice.Send(new OneTime { Target = new("bob"), Service = ServiceTypes.Resolve, Protocol = ProtocolTypes.Resolve, Version = 0, PayloadType = 3, Sender = claimed });
        _alice.Send(new Announce { Text = "tea", Recipients = ["@U bob"], Sender = claimed });
        Assert.Equal([3, 0, 0], _scene.Hubs.Select(static node => node.Counters.FalseIdentities));
        Assert.Equal(
            [_alice.LoginId!, _alice.LoginId!, _alice.LoginId!],
            new[] { _bob.Inbox.Take<ChannelCreate>().Creator!.LoginId, _bob.Inbox.Take<OneTime>().Sender!.LoginId, _bob.Inbox.Take<Announce>().Sender!.LoginId });
    }

    [Fact]
    public void AttributesOfAHeaderAreCarriedThroughBothWays()
    {
        _alice.SendBytes(WithAttributes(Bytes.Message(
            ChannelId.Master, new ChannelCreate { Channel = new(1), Target = new("bob"), Service = ServiceTypes.InstantMessage, Protocol = ProtocolTypes.InstantMessage, Version = 3 }, MessageOptions.Attributes)));
        Assert.Equal("AB", AttributesOf(_bob.Inbox.Messages[^1]));
        _bob.SendBytes(WithAttributes(Bytes.Message(
            _bob.Inbox.Take<ChannelCreate>().Channel, new ChannelAccept { Service = ServiceTypes.InstantMessage, Protocol = ProtocolTypes.InstantMessage, Version = 3 }, MessageOptions.Attributes)));
        Assert.Equal("AB", AttributesOf(_alice.Inbox.Messages[^1]));

        static byte[] WithAttributes(byte[] message) => [.. message[..MessageHeader.Size], 0, 0, 0, 1, 0xab, .. message[MessageHeader.Size..]];

        static string AttributesOf(byte[] message)
        {
            var reader = new WireReader(message);
            return Convert.ToHexString(MessageHeader.Read(ref reader).SkipAttributes(ref reader));
        }
    }

    [Fact]
    public void EachHubListsTheChannelWithTheOtherAsAHop()
    {
        var (mine, his) = _scene.Converse(_alice, _bob);

        Assert.Equal(
            [(ParticipantKind.User, _alice.LoginId), (ParticipantKind.Edge, "edge-1"), (ParticipantKind.Hub, "hub-1"), (ParticipantKind.Hub, "hub-2"), (ParticipantKind.User, _bob.LoginId)],
            HopsAt(0));
        Assert.Equal(
            [(ParticipantKind.User, _alice.LoginId), (ParticipantKind.Hub, "hub-1"), (ParticipantKind.Hub, "hub-2"), (ParticipantKind.Edge, "edge-2"), (ParticipantKind.User, _bob.LoginId)],
            HopsAt(1));
        Assert.Equal(mine.Value, ListedAt(1).Hops[0].Channel);
        Assert.Equal(his.Value, ListedAt(1).Hops[^1].Channel);
    }

    [Fact]
    public void ATargetIsHiddenByHisHubFromWhomHeHides()
    {
        _bob.Send(new SetPrivacyList(new PrivacyInfo(Deny: true, [new UserItem(new UserId("alice"))])));

        _alice.CreateIm(_bob.LoginId!);

        Assert.False(_bob.Inbox.Has<ChannelCreate>());
        Assert.Equal(Reason.NoSuchUser, _alice.Inbox.Take<ChannelDestroy>().Reason);
        AssertOver();
    }

    [Fact]
    public void ALoginIdOfALostHubIsNobody()
    {
        _scene.LinkOf(0, 1).Break();
        _alice.CreateIm(_bob.LoginId!);
        Assert.Equal(Reason.NoSuchUser, _alice.Inbox.Take<ChannelDestroy>().Reason);
    }

    [Fact]
    public void TheCreatorsHubAloneLosesPatience()
    {
        var mine = _alice.CreateIm(_bob.LoginId!);
        var offer = _bob.Inbox.Take<ChannelCreate>();
        Assert.Equal((1, 0), (_scene[0].Hub.Status.UnacceptedChannels, _scene[1].Hub.Status.UnacceptedChannels));

        _scene.Loop.Advance(_scene[0].Options.Limits.AcceptWithin);

        Assert.Equal(Reason.Aborted, _alice.Inbox.Take<ChannelDestroy>(out var channel).Reason);
        Assert.Equal(mine, channel);
        Assert.Equal(Reason.Aborted, _bob.Inbox.Take<ChannelDestroy>(out channel).Reason);
        Assert.Equal(offer.Channel, channel);
        AssertOver();
    }

    [Fact]
    public void BeyondTheChannelsOfAHubOneIsRefusedAndTheOthersGoOn()
    {
        using var scene = new ManyHubsScene(2, options => options.Limits.ChannelsPerHub = 2);
        var (alice, bob) = (scene[0].LogIn("alice"), scene[1].LogIn("bob"));
        var (mine, _) = scene.Converse(alice, bob);
        scene.Converse(alice, bob);

        alice.CreateIm(bob.LoginId!);
        Assert.Equal(Reason.ServerFull, alice.Inbox.Take<ChannelDestroy>().Reason);
        bob.CreateIm(alice.LoginId!);
        Assert.Equal(Reason.ServerFull, bob.Inbox.Take<ChannelDestroy>().Reason);

        alice.Say(mine, [1]);
        Assert.True(bob.Inbox.Has<ChannelSend>());
    }

    [Fact]
    public void AHubThatSpeaksForALoginOfAnotherIsCutOff()
    {
        var carol = _scene[2].LogIn("carol");
        var link = _scene.LinkOf(0, 1);
        carol.CreateIm(_alice.LoginId!);
        var asked = _scene.LinkOf(0, 2).Right.Sent.Single(frame => frame.Kind == LinkKind.ForeignCreate);

        link.Right.Send(LinkKind.ForeignCreate, 0, asked.Payload, default);
        _scene.Loop.RunUntilIdle();

        Assert.DoesNotContain(_scene[0].Hub.Status.Participants(), participant => participant.Name == "hub-2");
        Assert.Single(_alice.Inbox.TakeAll<ChannelCreate>());
    }

    private (ParticipantKind, string?)[] HopsAt(int hub) => [.. ListedAt(hub).Hops.Select(hop => (hop.Kind, (string?)hop.Name))];

    private Sametime.Hub.Status.ChannelListing ListedAt(int hub) => Assert.Single(_scene[hub].Hub.Status.Channels());

    private void AssertOver()
    {
        Assert.All(_scene.Hubs, node => Assert.Empty(node.Hub.Status.Channels()));
        Assert.All(_scene.Hubs, node => Assert.Equal(0, node.Hub.Status.UnacceptedChannels));
    }
}
