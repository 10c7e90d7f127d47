using Sametime.Contracts.Link;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Master;
using Sametime.Contracts.Wire.Session;
using Sametime.Tests.Kit.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Hub;

public sealed class BadInputTests : IDisposable
{
    private readonly HubScene _scene = new();
    private readonly FakeClient _alice;
    private readonly FakeClient _bob;

    public BadInputTests() => (_alice, _bob) = (_scene.LogIn("alice"), _scene.LogIn("bob"));

    public void Dispose()
    {
        // Whatever one sends, the others stay.
        Assert.Null(_bob.EndedBecause);
        _scene.Dispose();
    }

    [Fact]
    public void EveryMessageCutOffAnywhereEndsItsSenderOnly()
    {
        var messages = new[]
        {
            Bytes.Message(ChannelId.Master, new ChannelCreate { Channel = new(1), Target = new("bob"), Service = ServiceTypes.InstantMessage, Protocol = ProtocolTypes.InstantMessage, Version = 3 })[..^6],
            Bytes.Message(ChannelId.Master, new SetUserStatus(new UserStatus(StatusCode.Away, 1, "x"))),
            Bytes.Message(ChannelId.Master, new SetPrivacyList(new PrivacyInfo(true, [new UserItem(new UserId("c"))]))),
            Bytes.Message(ChannelId.Master, new SenseService(ServiceTypes.Resolve)),
            Bytes.Message(ChannelId.Master, new OneTime { Target = new("bob"), Service = new(1), Protocol = new(1), Version = 1, PayloadType = 1 }),
            Bytes.Message(ChannelId.Master, new Announce { Text = "x", Recipients = ["@U bob"] }),
            Bytes.Message(new ChannelId(1), new ChannelDestroy(Reason.Success)),
        };
        foreach (var message in messages)
        {
            for (var length = 0; length < message.Length; length++)
            {
                var mallory = _scene.LogIn("mallory");
                mallory.SendBytes(message[..length]);
                Assert.Equal(Reason.ProtocolError, mallory.EndedBecause);
            }
        }
    }

    [Fact]
    public void ACountBeyondTheDataEndsTheSession()
    {
        _alice.SendBytes([0x00, 0x0b, 0, 0, 0, 0, 0, 0, 1, 0x7f, 0xff, 0xff, 0xff]);

        Assert.Equal(Reason.ProtocolError, _alice.EndedBecause);
        Assert.Equal(1, _scene.Counters.MalformedMessages);
    }

    [Fact]
    public void TextInAWrongEncodingCostsTheRequestOnly()
    {
        var create = Bytes.Message(ChannelId.Master, new ChannelCreate { Channel = new(1), Target = new("bob"), Service = ServiceTypes.InstantMessage, Protocol = ProtocolTypes.InstantMessage, Version = 3 });
        create[MessageHeader.Size + 4 + 4 + 2] = 0xff;
        _alice.SendBytes(create);
        Assert.Equal(Reason.BadData, _alice.Inbox.Take<ChannelDestroy>().Reason);

        var status = Bytes.Message(ChannelId.Master, new SetUserStatus(new UserStatus(StatusCode.Away, 1, "x")));
        status[^1] = 0;
        _alice.SendBytes(status);
        Assert.Null(_alice.EndedBecause);
        Assert.Equal((2, 0), (_scene.Counters.MalformedMessages, _scene.Counters.StatusChanges));
    }

    [Fact]
    public void ASecondHandshakeOrLoginEndsTheSession()
    {
        _alice.Send(new Contracts.Wire.Session.Login(ClientType.Meanwhile, "alice", [], AuthType.Plain));

        Assert.Equal(Reason.AlreadyInitialized, _alice.EndedBecause);
    }

    [Fact]
    public void UnknownTypesAndBytesLeftOverAreToleratedTwentyTimesAMinute()
    {
        byte[] longer = [.. Bytes.Message(ChannelId.Master, new SenseService(ServiceTypes.InstantMessage)), 9, 9];
        for (var i = 0; i < 10; i++)
        {
            _alice.SendBytes([0x77, 0x77, 0, 0, 0, 0, 0, 0]);
            _alice.SendBytes(longer);
        }
        Assert.Null(_alice.EndedBecause);
        Assert.Equal(10, _alice.Inbox.TakeAll<SenseService>().Count);
        Assert.Equal(20, _scene.Counters.Oddities);

        _scene.Loop.Advance(TimeSpan.FromSeconds(61));
        for (var i = 0; i < 20; i++)
            _alice.SendBytes(longer);
        Assert.Null(_alice.EndedBecause);
        _alice.SendBytes(longer);
        Assert.Equal(Reason.ProtocolError, _alice.EndedBecause);
    }

    [Fact]
    public void UnknownTypesCountForAWholeMinute()
    {
        for (var i = 0; i < 20; i++)
            _alice.SendBytes([0x77, 0x77, 0, 0, 0, 0, 0, 0]);
        _scene.Loop.Advance(TimeSpan.FromSeconds(59));
        Assert.Null(_alice.EndedBecause);
        _alice.SendBytes([0x77, 0x77, 0, 0, 0, 0, 0, 0]);
        Assert.Equal(Reason.ProtocolError, _alice.EndedBecause);
    }

    [Fact]
    public void ARequestInAWrongEncodingForChannelZeroIsNotRefusedWhichWouldEndTheSession()
    {
        var create = Bytes.Message(ChannelId.Master, new ChannelCreate { Channel = ChannelId.Master, Target = new("bob"), Service = ServiceTypes.InstantMessage, Protocol = ProtocolTypes.InstantMessage, Version = 3 });
        create[MessageHeader.Size + 4 + 4 + 2] = 0xff;
        _alice.Inbox.Clear();
        _alice.SendBytes(create);
        Assert.Equal((0, null, 1L), (_alice.Inbox.Count, _alice.EndedBecause, _scene.Counters.MalformedMessages));
    }

    [Fact]
    public void MessagesOfTheServerAreNotTakenFromAClient()
    {
        _alice.Send(new AdminNotice("Give me your password."));

        Assert.False(_bob.Inbox.Has<AdminNotice>());
        Assert.Equal(1, _scene.Counters.Oddities);
    }

    [Fact]
    public void TheMysteriousHandshakeMessageIsAlwaysIgnored()
    {
        for (var i = 0; i < 100; i++)
            _alice.SendBytes([0x00, 0x25, 0, 0, 0, 0, 0, 0]);

        Assert.Null(_alice.EndedBecause);
        Assert.Equal(0, _scene.Counters.Oddities);
    }

    [Fact]
    public void AChannelNumberedZeroIsPassedOver()
    {
        _alice.Create(ServiceTypes.InstantMessage, ProtocolTypes.InstantMessage, 3, "bob", ChannelId.Master);

        Assert.False(_alice.Inbox.Has<ChannelDestroy>());
        Assert.Null(_alice.EndedBecause);
        Assert.Equal(1, _scene.Counters.Oddities);
    }

    [Fact]
    public void MessagesOnUnknownChannelsAreIgnored()
    {
        _alice.Say(new ChannelId(77), [1]);
        _alice.Destroy(new ChannelId(78));
        _alice.Send(new ChannelId(0x8000_0079), new ChannelAccept { Service = new(1), Protocol = new(1), Version = 1 });

        Assert.Null(_alice.EndedBecause);
        Assert.Equal(3, _scene.Counters.UnknownChannels);
    }

    [Fact]
    public void WhatComesAfterTheEndIsIgnored()
    {
        _scene.Hub.OnLinkFrame(_scene.Edge.Link, new LinkFrame(LinkKind.Message, _alice.Handle, Bytes.Message(ChannelId.Master, new ChannelDestroy(Reason.Success))));
        _scene.Hub.OnLinkFrame(_scene.Edge.Link, new LinkFrame(LinkKind.Message, _alice.Handle, Bytes.Message(ChannelId.Master, new SetUserStatus(default))));
        _scene.Loop.RunUntilIdle();

        Assert.Equal(Reason.Success, _alice.EndedBecause);
        Assert.Equal(0, _scene.Counters.StatusChanges);
    }

    [Fact]
    public void AMistakeOfOursEndsOneLoginAndNotTheHub()
    {
        var far = new FakeEdge(_scene.Loop, _scene.Hub, "far");
        var carol = far.LogIn("carol");
        var (mine, _) = _scene.Converse(_alice, carol);
        far.Link.FaultsToCome = 1;

        _alice.Say(mine, [1]);

        Assert.Equal(1, _scene.Counters.Faults);
        Assert.Equal(Reason.ServerBroken, _alice.EndedBecause);
        Assert.Equal(Reason.ConnectionBroken, carol.Inbox.Take<ChannelDestroy>().Reason);
        _bob.Send(new SenseService(ServiceTypes.InstantMessage));
        Assert.True(_bob.Inbox.Has<SenseService>());
    }

    [Fact]
    public void AMistakeOfOursWhileSomebodyIsLetInEndsHimAlone()
    {
        _scene.People.Link.FaultsToCome = 1;
        var carol = _scene.Edge.Attach("carol");
        Assert.Equal((1L, Reason.ServerBroken, 0), (_scene.Counters.Faults, carol.EndedBecause, _scene.Hub.Status.UndecidedLogins));
        Assert.NotNull(_scene.LogIn("carol").LoginId);
        _scene.Loop.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((3, 0), (_scene.Hub.Status.Logins, _scene.Hub.Status.OpenRequests));
    }

    [Fact]
    public void WhatAMistakeOfOursBreaksOffGoesToNobodyLater()
    {
        var far = new FakeEdge(_scene.Loop, _scene.Hub, "far");
        var (carol, dave) = (far.LogIn("carol"), _scene.LogIn("dave"));
        far.Link.FaultsToCome = 1;
        _alice.Send(new Announce { Text = "for carol and dave", Recipients = ["@U carol", "@U dave"] });
        Assert.Equal((1, Reason.ServerBroken), (_scene.Counters.Faults, _alice.EndedBecause));

        _bob.Send(new SetUserStatus(new UserStatus(StatusCode.Away, 1, "of bob alone")));
        dave.Send(new Announce { Text = "for bob alone", Recipients = ["@U bob"] });
        Assert.Equal((1, 1), (_bob.Inbox.TakeAll<SetUserStatus>().Count, _bob.Inbox.TakeAll<Announce>().Count));
        Assert.All([carol, dave], static other => Assert.False(other.Inbox.Has<SetUserStatus>() || other.Inbox.Has<Announce>()));
    }
}
