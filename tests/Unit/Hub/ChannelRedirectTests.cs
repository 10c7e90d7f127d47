using System.Text;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Tests.Kit.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Hub;

/// <summary>A provider hands a channel to another one, and who asked for it does not notice.</summary>
public sealed class ChannelRedirectTests : IDisposable
{
    private readonly ManyHubsScene _scene = new(3);
    private readonly FakeClient _alice;

    public ChannelRedirectTests() => _alice = _scene[0].LogIn("alice");

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(1, 0)]
    [InlineData(1, 2)]
    public void TheOneThatIsNamedServesTheRestAtWhateverHubItIs(int first, int second)
    {
        var one = _scene[first].AddResolve("one");
        var mine = CreateResolve();
        var offer = one.Inbox.Take<ChannelCreate>();
        var other = _scene[second].AddResolve("other");
        _alice.Inbox.Clear();

        Redirect(one, offer, LoginIdOf(second, "other"));
        var taken = other.Inbox.Take<ChannelCreate>();
        Assert.Equal(offer with { Channel = taken.Channel }, taken);
        other.Accept(taken);
        _alice.Say(mine, [1]);

        Assert.Equal([1], other.Inbox.Take<ChannelSend>().Data);
        Assert.False(one.Inbox.Has<ChannelSend>());
        Assert.Equal("other", _alice.Inbox.Take<ChannelAccept>(out var channel).Acceptor!.DisplayName);
        Assert.Equal(mine, channel);
        Assert.Equal(0, _alice.Inbox.Count);
        Assert.Equal(second == 0 ? 1 : 2, _scene.Hubs.Sum(node => node.Hub.Status.Channels().Count));
    }

    [Fact]
    public void AnOverloadedProviderThatNamesNobodyIsFollowedByAnother()
    {
        var (busy, free) = (_scene[0].AddResolve("busy"), _scene[2].AddResolve("free"));

        var mine = CreateResolve();
        Redirect(busy, busy.Inbox.Take<ChannelCreate>(), "");
        free.Accept(free.Inbox.Take<ChannelCreate>());

        _alice.Inbox.Take<ChannelAccept>(out var channel);
        Assert.Equal(mine, channel);
        Assert.Equal(1, _scene[0].Counters.ProvidersSkipped);
    }

    [Fact]
    public void WithNobodyToTakeItWhoAskedIsToldThatAllAreFull()
    {
        var near = _scene[0].AddResolve("near");
        CreateResolve();
        Redirect(near, near.Inbox.Take<ChannelCreate>(), new LoginId(9, 9, 9).ToString());

        Assert.Equal(new ChannelDestroy(Reason.ServerFull), _alice.Inbox.Take<ChannelDestroy>());
        Assert.Empty(_scene[0].Hub.Status.Channels());
    }

    [Fact]
    public void WhatWasSaidAlreadyIsNotLostInARedirectButEndsTheChannel()
    {
        var (near, far) = (_scene[0].AddResolve("near"), _scene[1].AddResolve("far"));
        var mine = CreateResolve();
        _alice.Say(mine, [1]);
        Redirect(near, near.Inbox.Take<ChannelCreate>(), LoginIdOf(1, "far"));

        Assert.Equal(Reason.ServerFull, _alice.Inbox.Take<ChannelDestroy>().Reason);
        Assert.False(far.Inbox.Has<ChannelCreate>());
    }

    [Fact]
    public void NorIsWhatAnApplicationHasSaidToMany()
    {
        var (near, far, caller) = (_scene[0].AddResolve("near"), _scene[1].AddResolve("far"), _scene[0].AddApplication("caller"));
        var mine = new ChannelId(1);
        caller.Send(ChannelId.Master, new ChannelCreate { Channel = mine, Service = ServiceTypes.Resolve, Protocol = ProtocolTypes.Resolve, Version = ProtocolVersions.Resolve });
        caller.SendToMany([mine], new ChannelSend(1, [1]));
        Redirect(near, near.Inbox.Take<ChannelCreate>(), LoginIdOf(1, "far"));

        Assert.Equal(Reason.ServerFull, caller.Inbox.Take<ChannelDestroy>().Reason);
        Assert.False(far.Inbox.Has<ChannelCreate>());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void NorAlsoWhenTheProviderHasSaidSomethingSince(bool toMany)
    {
        var (near, far, caller) = (_scene[0].AddResolve("near"), _scene[1].AddResolve("far"), _scene[0].AddApplication("caller"));
        var mine = new ChannelId(1);
        caller.Send(ChannelId.Master, new ChannelCreate { Channel = mine, Service = ServiceTypes.Resolve, Protocol = ProtocolTypes.Resolve, Version = ProtocolVersions.Resolve });
        var offer = near.Inbox.Take<ChannelCreate>();
        Say(caller, mine);
        Say(near, offer.Channel);
        Redirect(near, offer, LoginIdOf(1, "far"));
        Assert.Equal(Reason.ServerFull, caller.Inbox.Take<ChannelDestroy>().Reason);
        Assert.False(far.Inbox.Has<ChannelCreate>());

        void Say(FakeApplication who, ChannelId channel)
        {
            if (toMany)
                who.SendToMany([channel], new ChannelSend(1, [1]));
            else
                who.Send(channel, new ChannelSend(1, [1]));
        }
    }

    [Fact]
    public void WhatAnApplicationSaysToManyReachesAnotherOneUnderItsOwnNumber()
    {
        var (near, caller) = (_scene[0].AddResolve("near"), _scene[0].AddApplication("caller"));
        ChannelId[] channels = [new(1), new(2)];
        foreach (var channel in channels)
            caller.Send(ChannelId.Master, new ChannelCreate { Channel = channel, Service = ServiceTypes.Resolve, Protocol = ProtocolTypes.Resolve, Version = ProtocolVersions.Resolve });
        var offers = near.Inbox.TakeAll<ChannelCreate>();
        caller.SendToMany(channels, new ChannelSend(7, [1, 2]));
        foreach (var offer in offers)
        {
            Assert.Equal(new ChannelSend(7, [1, 2]), near.Inbox.Take<ChannelSend>(out var channel));
            Assert.Equal(offer.Channel, channel);
        }
        Assert.Equal((2L, 0L), (_scene[0].Counters.FanoutRecipients, _scene[0].Counters.FanoutFrames));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void WhatTheProviderAloneHasSaidIsNoHindrance(bool toMany)
    {
        var (near, far) = (_scene[0].AddResolve("near"), _scene[1].AddResolve("far"));
        CreateResolve();
        var offer = near.Inbox.Take<ChannelCreate>();
        if (toMany)
            near.SendToMany([offer.Channel], new ChannelSend(1, [1]));
        else
            near.Send(offer.Channel, new ChannelSend(1, [1]));
        Redirect(near, offer, LoginIdOf(1, "far"));
        Assert.True(far.Inbox.Has<ChannelCreate>());
    }

    [Theory]
    [InlineData(Reason.ServerFull)]
    [InlineData(Reason.NotEnoughResources)]
    [InlineData(Reason.ConnectElsewhere)]
    public void AChannelThatWasAcceptedIsHandedOnNoMore(Reason reason)
    {
        var (near, far) = (_scene[0].AddResolve("near"), _scene[1].AddResolve("far"));
        CreateResolve();
        var offer = near.Inbox.Take<ChannelCreate>();
        near.Accept(offer);
        near.Send(offer.Channel, new ChannelDestroy(reason, reason == Reason.ConnectElsewhere ? new Opaque(Encoding.ASCII.GetBytes(LoginIdOf(1, "far"))) : default));
        Assert.Equal(reason == Reason.ConnectElsewhere ? Reason.ServerFull : reason, _alice.Inbox.Take<ChannelDestroy>().Reason);
        Assert.Equal((false, 0L, 0L), (far.Inbox.Has<ChannelCreate>(), _scene[0].Counters.ProvidersSkipped, _scene[0].Counters.Faults));
    }

    [Theory]
    [InlineData(Reason.NotEnoughResources, true)]
    [InlineData(Reason.ServerFull, true)]
    [InlineData(Reason.Aborted, false)]
    public void OnlyWhoHasNoRoomIsFollowedByTheNext(Reason reason, bool isFollowed)
    {
        var (near, far) = (_scene[0].AddResolve("near"), _scene[1].AddResolve("far"));
        CreateResolve();
        near.Refuse(near.Inbox.Take<ChannelCreate>(), reason);
        Assert.Equal((isFollowed, !isFollowed), (far.Inbox.Has<ChannelCreate>(), _alice.Inbox.Has<ChannelDestroy>()));
    }

    [Fact]
    public void WhoAskedForOneByItsLoginIdIsGivenNoOther()
    {
        var (near, far) = (_scene[0].AddResolve("near"), _scene[1].AddResolve("far"));
        _alice.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, ProtocolVersions.Resolve, LoginIdOf(0, "near"));
        near.Refuse(near.Inbox.Take<ChannelCreate>(), Reason.ServerFull);
        Assert.Equal((Reason.ServerFull, false), (_alice.Inbox.Take<ChannelDestroy>().Reason, far.Inbox.Has<ChannelCreate>()));
    }

    [Fact]
    public void TwoThatHandAChannelToAndFroAreStopped()
    {
        FakeApplication[] pair = [_scene[0].AddResolve("one"), _scene[0].AddResolve("other")];
        var mine = CreateResolve();
        var handed = 0;
        while (!_alice.Inbox.Has<ChannelDestroy>())
        {
            Assert.True(++handed <= _scene[0].Options.Limits.RedirectsPerChannel + 1);
            var has = Array.FindIndex(pair, one => one.Inbox.Has<ChannelCreate>());
            Redirect(pair[has], pair[has].Inbox.Take<ChannelCreate>(), LoginIdOf(0, has == 0 ? "other" : "one"));
        }
        Assert.Equal(Reason.ServerFull, _alice.Inbox.Take<ChannelDestroy>(out var channel).Reason);
        Assert.Equal(mine, channel);
    }

    private static void Redirect(FakeApplication from, ChannelCreate offer, string to) =>
        from.Send(offer.Channel, new ChannelDestroy(Reason.ConnectElsewhere, new Opaque(Encoding.ASCII.GetBytes(to))));

    private string LoginIdOf(int hub, string name) => _scene[hub].Hub.Status.Participants().Single(one => one.Name == name).LoginId;

    private ChannelId CreateResolve() => _alice.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, ProtocolVersions.Resolve);
}
