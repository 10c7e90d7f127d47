using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Session;
using Sametime.Tests.Unit.Edge.Support;
using Xunit;

namespace Sametime.Tests.Unit.Edge;

/// <summary>Who goes, and why: what a hub is told of a client, and an Edge behind this one of what the hub says.</summary>
public sealed class GoodbyeTests : IDisposable
{
    private readonly EdgeWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData("vanishes", Reason.ConnectionBroken)]
    [InlineData("leaves", Reason.Success)]
    [InlineData("says nothing for long", Reason.ConnectionTimedOut)]
    [InlineData("says half a frame", Reason.ConnectionAborted)]
    [InlineData("reads nothing", Reason.ConnectionAborted)]
    [InlineData("says too much", Reason.MessageTooLarge)]
    [InlineData("says what is no message", Reason.ProtocolError)]
    [InlineData("begins again", Reason.AlreadyInitialized)]
    [InlineData("is sent away", Reason.NotAuthorized)]
    public void A_hub_is_told_once_why_a_client_is_gone(string how, Reason reason)
    {
        var (before, client, after) = (_world.LogIn("bob"), _world.LogIn("alice"), _world.LogIn("carol"));
        var isByTime = true;
        switch (how)
        {
            case "says nothing for long":
                _world.Pass(_world.Limits.DeadAfter.TotalSeconds + 1);
                break;
            case "says half a frame":
                client.Say(TestClient.FrameOf(TestClient.MessageOf(MessageType.ChannelSend, 1)).AsSpan(..5));
                _world.Pass(_world.Limits.FrameGrace.TotalSeconds + 2);
                break;
            case "reads nothing":
                client.Wire.IsStuck = true;
                _world.Loop.Run(() => _world.Hub.Say(LinkKind.Message, client.Handle, TestClient.MessageOf(MessageType.ChannelSend, 1, 20)));
                _world.Pass(_world.Limits.SendQueueAgeMax.TotalSeconds + 1);
                break;
            default:
                isByTime = false;
                GoAtOnce(client, how);
                break;
        }

        Assert.Equal(reason, Assert.Single(_world.Hub.Detaches(), detach => detach.Handle == client.Handle).Reason);
        if (isByTime)
            return;
        Assert.Single(_world.Hub.Detaches());
        Assert.Equal((false, false, 2), (before.Wire.IsClosed, after.Wire.IsClosed, _world.Edge.LoggedIn));
    }

    [Fact]
    public void An_Edge_that_is_stopped_says_so_of_everybody()
    {
        var clients = new[] { _world.LogIn("alice"), _world.LogIn("bob"), _world.LogIn("carol") };

        _ = _world.Edge.DrainAsync();
        _world.Loop.RunUntilIdle();

        Assert.All(clients, static client => Assert.Equal(Reason.ConnectionClosed, client.EndReason()));
        Assert.Equal(
            clients.Select(static client => (client.Handle, Reason.ConnectionClosed)).Order(),
            _world.Hub.Detaches().Order());
    }

    [Theory]
    [InlineData(1u)]
    [InlineData(2u)]
    [InlineData(3u)]
    public void What_an_Edge_behind_this_one_says_of_somebody_reaches_the_hub_and_is_confirmed(uint who)
    {
        var (outer, atHub) = Chain(3);

        _world.Loop.Run(() => outer.Link.Say(who, new Detach(Reason.ImDoNotDisturb)));

        Assert.Equal([(atHub[who], Reason.ImDoNotDisturb)], _world.Hub.Detaches());
        Assert.Equal([(who, Reason.ImDoNotDisturb)], outer.Link.Detaches());
        Assert.Equal(2, _world.Edge.Snapshot().OuterParticipants);
    }

    [Theory]
    [InlineData(1u)]
    [InlineData(2u)]
    [InlineData(3u)]
    public void What_the_hub_says_of_somebody_reaches_the_Edge_that_he_is_behind_and_is_said_once(uint who)
    {
        var (outer, atHub) = Chain(3);

        _world.Loop.Run(() => _world.Hub.Say(atHub[who], new Detach(Reason.ImDoNotDisturb)));
        Assert.Equal([(atHub[who], Reason.ImDoNotDisturb)], _world.Hub.Detaches()); // its own word, confirmed
        Assert.Equal([(who, Reason.ImDoNotDisturb)], outer.Link.Detaches());

        _world.Loop.Run(() => outer.Link.Say(who, new Detach(Reason.ImDoNotDisturb)));
        Assert.Equal((1, 1), (_world.Hub.Detaches().Count(), outer.Link.Detaches().Count()));
        Assert.Equal(2, _world.Edge.Snapshot().OuterParticipants);
    }

    [Fact]
    public void Everybody_behind_an_Edge_that_is_lost_is_gone_whether_he_was_in_or_not_and_nobody_behind_another()
    {
        var (outer, atHub) = Chain(3);
        var other = new OuterEnd(_world);
        other.Attach(1);
        outer.Attach(4);
        var undecided = _world.Hub.LastAttach().Handle;

        _world.Loop.Run(() => outer.Link.Lose(Reason.ServerFull));

        Assert.Equal(
            atHub.Values.Append(undecided).Select(static handle => (handle, Reason.ConnectionBroken)).Order(), _world.Hub.Detaches().Order());
        Assert.Equal(1, _world.Edge.Snapshot().OuterParticipants);
        Assert.Empty(other.Link.Detaches());
    }

    [Fact]
    public void A_hub_that_is_lost_is_told_of_everybody_behind_each_Edge_as_a_broken_connection()
    {
        var (outer, _) = Chain(2);
        var other = new OuterEnd(_world);
        other.Attach(9);

        _world.Loop.Run(() => _world.Hub.Lose(Reason.ServerFull));

        Assert.Equal([(1u, Reason.ConnectionBroken), (2u, Reason.ConnectionBroken)], outer.Link.Detaches().Order());
        Assert.Equal([(9u, Reason.ConnectionBroken)], other.Link.Detaches());
    }

    private void GoAtOnce(TestClient client, string how)
    {
        switch (how)
        {
            case "vanishes":
                _world.Loop.Run(client.Wire.Vanish);
                break;
            case "leaves":
                client.Say(TestClient.FrameOf(new ChannelDestroy(Reason.ConnectionClosed)));
                break;
            case "says too much":
                client.Say([0x00, 0x7f, 0xff, 0xff, 0, 0, 0, 0]);
                break;
            case "says what is no message":
                client.SayFrame([0, 1, 2]);
                break;
            case "begins again":
                client.Say(TestClient.FrameOf(new Handshake()));
                break;
            default:
                _world.Loop.Run(() => _world.Hub.Say(client.Handle, new Detach(Reason.NotAuthorized)));
                break;
        }
    }

    /// <summary>An Edge behind this one with so many who are in: their numbers there, and at the hub.</summary>
    private (OuterEnd Outer, Dictionary<uint, uint> AtHub) Chain(uint count)
    {
        var outer = new OuterEnd(_world);
        var atHub = new Dictionary<uint, uint>();
        _ = _world.LogIn("local"); // so that no number is the same here and there
        for (var handle = 1u; handle <= count; handle++)
        {
            Assert.Equal("asked of the hub", outer.Attach(handle));
            atHub[handle] = _world.Hub.LastAttach().Handle;
            _world.Loop.Run(() => _world.Hub.AcceptLogin(_world.Hub.LastAttach().Handle));
        }
        return (outer, atHub);
    }
}
