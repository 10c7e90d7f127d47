using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Tests.Unit.Edge.Support;
using Xunit;

namespace Sametime.Tests.Unit.Edge;

/// <summary>Who is meant among many: whoever it is stands first, in the middle and last.</summary>
public sealed class ManyClientsTests
{
    [Theory]
    [InlineData("012")]
    [InlineData("021")]
    [InlineData("102")]
    [InlineData("120")]
    [InlineData("201")]
    [InlineData("210")]
    public void In_whatever_order_they_go_those_who_stay_are_listed_and_counted(string order)
    {
        using var world = new EdgeWorld();
        var clients = Enumerable.Range(0, 3).Select(number => world.LogIn($"user{number}", $"192.0.2.{number}")).ToArray();
        var left = Enumerable.Range(0, 3).ToList();
        foreach (var number in order.Select(static digit => digit - '0'))
        {
            world.Loop.Run(clients[number].Wire.Vanish);
            left.Remove(number);

            Assert.Equal(
                left.Select(static number => $"192.0.2.{number}"),
                world.Edge.ListConnections().Select(static listing => listing.Address!.ToString()).Order(StringComparer.Ordinal));
            Assert.Equal((left.Count, left.Count), (world.Edge.LoggedIn, world.Edge.Snapshot().Connections));
        }
    }

    [Theory]
    [InlineData(35_000, 10_000, 30_000, 20_000, "1")]
    [InlineData(35_000, 30_000, 20_000, 10_000, "0")]
    [InlineData(35_000, 10_000, 20_000, 30_000, "2")]
    [InlineData(15_000, 20_000, 10_000, 30_000, "02")]
    [InlineData(5_000, 20_000, 10_000, 30_000, "012")]
    [InlineData(70_000, 20_000, 10_000, 30_000, "")]
    public void Over_the_bound_of_all_queues_the_longest_go_and_no_more_of_them_than_must(int bound, int first, int second, int third, string gone)
    {
        using var world = new EdgeWorld(limits => limits.SendQueuesBytesMax = bound);
        int[] lengths = [first, second, third];
        var clients = lengths.Select((_, number) => world.LogIn($"user{number}")).ToArray();
        foreach (var client in clients)
            client.Wire.IsStuck = true;

        world.Loop.Run(() =>
        {
            for (var number = 0; number < clients.Length; number++)
                world.Hub.Say(LinkKind.Message, clients[number].Handle, TestClient.MessageOf(MessageType.ChannelSend, 1, lengths[number]));
        });

        Assert.Equal(gone, string.Concat(Enumerable.Range(0, 3).Where(number => clients[number].Wire.IsAborted)));
        Assert.Equal(gone.Length, world.Edge.Counters.SlowReaders);
        world.Pass(1);
        Assert.Equal(clients.Where(static client => !client.Wire.IsAborted).Sum(static client => (long)client.Wire.QueuedBytes), world.Edge.Snapshot().QueuedBytes);
    }

    [Fact]
    public void All_who_sent_into_a_congested_link_are_read_again()
    {
        using var world = new EdgeWorld();
        var clients = Enumerable.Range(0, 3).Select(number => world.LogIn($"user{number}")).ToArray();
        world.Hub.QueuedBytes = world.Limits.UplinkQueueBytesHigh + 1;
        foreach (var client in clients)
            client.SayFrame(TestClient.MessageOf(MessageType.ChannelSend, 1));
        Assert.All(clients, static client => Assert.True(client.Wire.IsPaused));

        // Between the two bounds nobody is read, on and on; from the lower one everybody is.
        world.Hub.QueuedBytes = world.Limits.UplinkQueueBytesLow + 1;
        world.Loop.Advance(world.Limits.UplinkQueueInterval * 3);
        Assert.All(clients, static client => Assert.True(client.Wire.IsPaused));
        world.Hub.QueuedBytes = world.Limits.UplinkQueueBytesLow;
        world.Loop.Advance(world.Limits.UplinkQueueInterval);

        Assert.All(clients, static client => Assert.False(client.Wire.IsPaused));
        Assert.Equal(3, world.Edge.Counters.PausedReads);
    }

    [Fact]
    public void A_fan_out_goes_to_each_Edge_behind_this_one_with_its_own_recipients_and_to_none_without()
    {
        using var world = new EdgeWorld();
        var (first, second) = (new OuterEnd(world), new OuterEnd(world));
        var here = world.LogIn();
        var atFirst = Attach(first, 31);
        var (atSecond, alsoAtSecond) = (Attach(second, 41), Attach(second, 42));
        var message = TestClient.MessageOf(MessageType.ChannelSend, 0, 20);

        world.Loop.Run(() => world.Hub.SayFanout(message, (alsoAtSecond, 5), (atFirst, 6), (here.Handle, 7), (atSecond, 8)));
        world.Loop.Run(() => world.Hub.SayFanout(message, (atSecond, 9)));

        Assert.Equal(["31:6"], FanoutsOf(first));
        Assert.Equal(["42:5 41:8", "41:9"], FanoutsOf(second));
        Assert.Equal(new ChannelId(7), TestClient.ChannelOf(Assert.Single(here.Messages())));

        uint Attach(OuterEnd outer, uint handle)
        {
            outer.Attach(handle);
            var at = world.Hub.LastAttach().Handle;
            world.Loop.Run(() => world.Hub.AcceptLogin(at));
            return at;
        }
    }

    [Fact]
    public void Every_home_that_is_gone_for_long_is_given_up_and_the_one_between_them_that_is_there_is_not()
    {
        using var world = new EdgeWorld();
        HubEnd[] homes = [new("hub-2", 2), new("hub-3", 3), new("hub-4", 4)];
        foreach (var home in homes)
        {
            world.Dialer.Hubs[home.Peer.Name] = home;
            _ = world.Ask();
            world.Loop.Run(() => world.Hub.Say(world.Hub.LastAttach().Handle, new Redirect(home.Peer.HubNumber, home.Peer.Name, [home.Peer.Name])));
        }

        foreach (var home in (HubEnd[])[homes[0], homes[2]])
            world.Loop.Run(home.Lose);
        world.Pass(world.Limits.UplinkForgottenAfter.TotalSeconds + 2);

        Assert.Equal(["hub-1", "hub-3"], world.Edge.Snapshot().Uplinks.Select(static uplink => uplink.Peer));
        Assert.Equal([true, false, true], homes.Select(static home => home.IsDisposed));
    }

    [Fact]
    public void Whose_home_came_up_in_time_stays_there_when_that_time_is_over()
    {
        using var world = new EdgeWorld();
        var home = new HubEnd("hub-2", 2) { IsDown = true };
        world.Dialer.Hubs["hub-2"] = home;
        var clients = new[] { world.Ask("alice"), Redirected("alice"), world.Ask("bob"), Redirected("bob") }.OfType<TestClient>().ToArray();
        world.Loop.Run(home.Open);
        foreach (var handle in home.Frames.Where(static frame => frame.Kind == LinkKind.Attach).Select(static frame => frame.Handle).ToArray())
            world.Loop.Run(() => home.AcceptLogin(handle, handle));

        world.Pass(world.Limits.RedirectWithin.TotalSeconds + 1);

        Assert.All(clients, static client => Assert.False(client.Wire.IsClosed));
        Assert.Equal((2, 0), (world.Edge.LoggedIn, home.Detaches().Count()));

        TestClient? Redirected(string name)
        {
            Assert.Equal(name, world.Hub.LastAttach().Attach.LoginName);
            world.Loop.Run(() => world.Hub.Say(world.Hub.LastAttach().Handle, new Redirect(2, "hub-2", ["hub-2"])));
            return null;
        }
    }

    [Fact]
    public void Hubs_are_told_where_each_Edge_behind_this_one_is_reached_for_as_long_as_it_is_there()
    {
        HubEnd[] hubs = [new("hub-1", 1), new("hub-2", 2)];
        using var world = new EdgeWorld(hubs: hubs);
        var (first, second) = (new OuterEnd(world), new OuterEnd(world));
        world.Loop.Run(() => first.Link.Say(0, new EdgeHello([new Entrance("a", ["a:1"])])));
        world.Loop.Run(() => second.Link.Say(0, new EdgeHello([new Entrance("b", ["b:1"])])));
        world.Loop.Run(() => first.Link.Lose());
        world.Loop.Run(() => second.Link.Lose());

        foreach (var hub in hubs)
        {
            Assert.Equal(["a", "a b", "b", ""], hub.Frames.Where(static frame => frame.Kind == LinkKind.EdgeHello)
                .Select(static frame => string.Join(' ', HubEnd.Read<EdgeHello>(frame.Payload).Entrances.Select(static entrance => entrance.Edge))));
        }
    }

    private static IEnumerable<string> FanoutsOf(OuterEnd outer) =>
        outer.Link.Frames.Where(static frame => frame.Kind == LinkKind.Fanout).Select(static frame =>
        {
            Assert.True(Fanout.TryRead(frame.Payload, out var fanout));
            var recipients = new List<string>();
            for (var i = 0; i < fanout.Count; i++)
                recipients.Add($"{fanout[i].Handle}:{fanout[i].Channel}");
            return string.Join(' ', recipients);
        });
}
