using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Session;
using Sametime.Tests.Kit.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Hub;

public sealed class ChannelTests : IDisposable
{
    private readonly HubScene _scene = new();
    private readonly FakeClient _alice;
    private readonly FakeClient _bob;

    public ChannelTests() => (_alice, _bob) = (_scene.LogIn("alice"), _scene.LogIn("bob"));

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void TheCalleeSeesTheCallerAndNotTheTarget()
    {
        var offer = new EncryptOffer(EncryptionPolicy.IfPossible, [new CipherItem(CipherId.Rc2With128, [1, 2, 3])]);
        var create = new ChannelCreate
        {
            Channel = new ChannelId(5),
            Target = new IdBlock("BOB"),
            Service = ServiceTypes.InstantMessage,
            Protocol = ProtocolTypes.InstantMessage,
            Version = 3,
            Options = 9,
            AdditionalData = [7, 7],
            Negotiation = Negotiation.Of(offer),
        };
        _alice.Send(create);

        var seen = _bob.Inbox.Take<ChannelCreate>(out var header);
        Assert.True(header.IsMaster);
        Assert.True(seen.Channel.IsServerHalf);
        Assert.Equal(_alice.Inbox.Take<LoginAck>().Login, seen.Creator);
        Assert.Equal(create with { Channel = seen.Channel, Target = IdBlock.Nobody, Creator = seen.Creator }, seen);
        Assert.Single(_scene.Events.Of<ChannelCreated>());
    }

    [Fact]
    public void TheCallerSeesWhoAccepted()
    {
        var mine = _alice.CreateIm("bob");
        var choice = Negotiation.Of(new EncryptChoice(EncryptionPolicy.Rc2With128, new CipherItem(CipherId.Rc2With128, [9]), EncryptionPolicy.IfPossible));
        var accept = new ChannelAccept { Service = ServiceTypes.InstantMessage, Protocol = ProtocolTypes.InstantMessage, Version = 3, AdditionalData = [4], Negotiation = choice };
        _bob.Send(_bob.Inbox.Take<ChannelCreate>().Channel, accept);

        var seen = _alice.Inbox.Take<ChannelAccept>(out var header);
        Assert.Equal(mine, header);
        Assert.Equal(accept with { Acceptor = _bob.Inbox.Take<LoginAck>().Login }, seen);
        Assert.Single(_scene.Events.Of<ChannelAccepted>());
    }

    [Fact]
    public void WhatAClientClaimsToBeIsReplacedAndCounted()
    {
        var claimed = new LoginInfo("FFFF0000000000000001", ClientType.Meanwhile, new UserId("boss"), "The Boss");
        _alice.Send(new ChannelCreate { Channel = new(1), Target = new("bob"), Service = ServiceTypes.InstantMessage, Protocol = ProtocolTypes.InstantMessage, Version = 3, Creator = claimed });

        Assert.Equal(new UserId("alice"), _bob.Inbox.Take<ChannelCreate>().Creator!.UserId);
        Assert.Equal(1, _scene.Counters.FalseIdentities);
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
        Assert.Equal(40, _scene.Counters.MessagesRouted);
    }

    [Fact]
    public void WhatTheCallerSendsBeforeTheAcceptIsPassedOnInOrder()
    {
        var mine = _alice.CreateIm("bob");
        _alice.Say(mine, [1]);
        _alice.Say(mine, [2]);

        _bob.Inbox.Take<ChannelCreate>();
        Assert.Equal([[1], [2]], _bob.Inbox.TakeAll<ChannelSend>().Select(send => send.Data.Span.ToArray()));
    }

    [Fact]
    public void ADestroyIsPassedOnWithReasonAndDetailAndForgotten()
    {
        var (mine, his) = _scene.Converse(_alice, _bob);

        _alice.Send(mine, new ChannelDestroy(Reason.ImDoNotDisturb, [1, 2]));

        Assert.Equal(new ChannelDestroy(Reason.ImDoNotDisturb, [1, 2]), _bob.Inbox.Take<ChannelDestroy>(out var channel));
        Assert.Equal(his, channel);
        Assert.Empty(_scene.Hub.Status.Channels());
        Assert.Equal(Reason.ImDoNotDisturb, Assert.Single(_scene.Events.Of<ChannelDestroyed>()).Reason);
    }

    [Fact]
    public void DestroysThatCrossAreIgnored()
    {
        var (mine, his) = _scene.Converse(_alice, _bob);
        _alice.Destroy(mine);
        _bob.Destroy(his);
        _bob.Say(his, [1]);

        Assert.False(_alice.Inbox.Has<ChannelDestroy>());
        Assert.False(_alice.Inbox.Has<ChannelSend>());
        Assert.Equal(2, _scene.Counters.UnknownChannels);
        Assert.Null(_bob.EndedBecause);
    }

    [Fact]
    public void ARefusalTravelsBack()
    {
        var mine = _alice.CreateIm("bob");
        _bob.Destroy(_bob.Inbox.Take<ChannelCreate>().Channel, Reason.ImTypeNotRegistered);

        Assert.Equal(Reason.ImTypeNotRegistered, _alice.Inbox.Take<ChannelDestroy>(out var channel).Reason);
        Assert.Equal(mine, channel);
    }

    [Fact]
    public void AChannelToOneselfHasTwoNumbersOnOneConnection()
    {
        var mine = _alice.CreateIm("alice");
        var offer = _alice.Inbox.Take<ChannelCreate>();
        _alice.Accept(offer);
        _alice.Inbox.Take<ChannelAccept>(out var accepted);
        Assert.Equal(mine, accepted);

        _alice.Say(mine, [1]);
        _alice.Inbox.Take<ChannelSend>(out var forth);
        _alice.Say(offer.Channel, [2]);
        _alice.Inbox.Take<ChannelSend>(out var back);
        Assert.Equal((offer.Channel, mine), (forth, back));

        _alice.Destroy(mine);
        _alice.Inbox.Take<ChannelDestroy>(out var ended);
        Assert.Equal(offer.Channel, ended);
        Assert.Empty(_scene.Hub.Status.Channels());
    }

    [Fact]
    public void BothMayCallEachOtherAtOnce()
    {
        _alice.CreateIm("bob");
        _bob.CreateIm("alice");
        _alice.Accept(_alice.Inbox.Take<ChannelCreate>());
        _bob.Accept(_bob.Inbox.Take<ChannelCreate>());

        Assert.Equal(2, _scene.Hub.Status.Channels().Count(channel => channel.IsOpen));
    }

    [Fact]
    public void VanishingTellsTheOtherEndOfEveryChannel()
    {
        var (_, first) = _scene.Converse(_alice, _bob);
        _bob.CreateIm("alice");

        _alice.Vanish();

        _bob.Inbox.Take<ChannelDestroy>(out var channel);
        var reasons = _bob.Inbox.TakeAll<ChannelDestroy>().Select(destroy => destroy.Reason);
        Assert.Equal(first, channel);
        Assert.Equal([Reason.ConnectionBroken], reasons);
        Assert.Equal(2, Assert.Single(_scene.Events.Of<RouteBroken>()).Channels);
    }

    [Fact]
    public void ALogoutEndsForgottenChannelsWithoutABreak()
    {
        _scene.Converse(_alice, _bob);

        _alice.LogOut();

        Assert.Equal(Reason.Success, _bob.Inbox.Take<ChannelDestroy>().Reason);
        Assert.Empty(_scene.Events.Of<RouteBroken>());
    }

    [Theory]
    [InlineData(0x80000001u, Reason.RequestInvalid)]
    [InlineData(0xffffffffu, Reason.RequestInvalid)]
    public void NumbersOfTheServersHalfAreRefused(uint id, Reason reason)
    {
        _alice.Create(ServiceTypes.InstantMessage, ProtocolTypes.InstantMessage, 3, "bob", new ChannelId(id));

        Assert.Equal(reason, _alice.Inbox.Take<ChannelDestroy>(out var channel).Reason);
        Assert.Equal(id, channel.Value);
        Assert.Null(_alice.EndedBecause);
        Assert.False(_bob.Inbox.Has<ChannelCreate>());
    }

    [Fact]
    public void ANumberInUseEndsWhatIsKnownByItAtBothEnds()
    {
        var (mine, his) = _scene.Converse(_alice, _bob);

        _alice.Create(ServiceTypes.InstantMessage, ProtocolTypes.InstantMessage, 3, "bob", mine);

        Assert.Equal(Reason.ChannelExists, _alice.Inbox.Take<ChannelDestroy>().Reason);
        Assert.Equal(Reason.ChannelExists, _bob.Inbox.Take<ChannelDestroy>(out var channel).Reason);
        Assert.Equal(his, channel);
        Assert.False(_bob.Inbox.Has<ChannelCreate>());
    }

    [Fact]
    public void ANumberMayBeUsedAgainAtOnce()
    {
        var (mine, _) = _scene.Converse(_alice, _bob);
        _alice.Destroy(mine);

        _alice.Create(ServiceTypes.InstantMessage, ProtocolTypes.InstantMessage, 3, "bob", mine);

        Assert.True(_bob.Inbox.Has<ChannelCreate>());
        Assert.False(_alice.Inbox.Has<ChannelDestroy>());
    }

    [Fact]
    public void AcceptingTwiceOrOnesOwnEndsTheChannel()
    {
        var (_, his) = _scene.Converse(_alice, _bob);
        var accept = new ChannelAccept { Service = ServiceTypes.InstantMessage, Protocol = ProtocolTypes.InstantMessage, Version = 3 };
        _bob.Send(his, accept);
        Assert.Equal(Reason.RequestInvalid, _alice.Inbox.Take<ChannelDestroy>().Reason);
        Assert.Equal(Reason.RequestInvalid, _bob.Inbox.Take<ChannelDestroy>().Reason);

        var own = _alice.CreateIm("bob");
        _alice.Send(own, accept);
        Assert.Equal(Reason.RequestInvalid, _alice.Inbox.Take<ChannelDestroy>().Reason);
        Assert.Empty(_scene.Hub.Status.Channels());
    }

    [Fact]
    public void AttributesOfAHeaderAreCarriedThrough()
    {
        var plain = Bytes.Message(ChannelId.Master, new ChannelCreate { Channel = new(1), Target = new("bob"), Service = ServiceTypes.InstantMessage, Protocol = ProtocolTypes.InstantMessage, Version = 3 }, MessageOptions.Attributes);
        byte[] withAttributes = [.. plain[..8], 0, 0, 0, 2, 0xab, 0xcd, .. plain[8..]];
        _bob.Edge.Frames.Clear();

        _alice.SendBytes(withAttributes);

        var frame = Assert.Single(_bob.Edge.Frames, frame => frame.Handle == _bob.Handle);
        Assert.Equal([0x80, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0xab, 0xcd], frame.Payload[2..14]);
    }

    [Fact]
    public void InstantMessagesNeedNoApplication()
    {
        _scene.People.Break();
        var (mine, _) = _scene.Converse(_alice, _bob);

        _alice.Say(mine, "hello"u8.ToArray());

        Assert.Equal("hello"u8, _bob.Inbox.Take<ChannelSend>().Data.Span);
    }
}
