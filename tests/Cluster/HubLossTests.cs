using Sametime.Contracts.Wire;
using Sametime.Tests.Cluster.Running;
using Sametime.Tests.Kit.Servers;

namespace Sametime.Tests.Cluster;

/// <summary>A hub that dies, or that does nothing for a while and does not know it.</summary>
public sealed class HubLossTests(ThreeHubs cluster, ITestOutputHelper output) : ThreeHubsTest(cluster, output)
{
    private const int Lost = 1;

    // With the watchers 300 logins are under way when a hub is killed.
    private const int WatchersEach = 2;
    private const int PeopleEachWhenKilled = 98;
    private const int PeopleEachWhenFrozen = 24;

    // One in so many of the lost hub's people stays away, so that being offline is seen too.
    private const int StaysAway = 10;

    // Longer than it takes to find that a link is dead.
    private static readonly TimeSpan Frozen = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task S055_S056_S066_A_killed_hub_ends_its_channels_once_and_no_other_and_its_users_come_back_at_other_hubs()
    {
        var people = await GatherAsync(PeopleEachWhenKilled);
        var talks = await TalkAsync(people);
        var watchers = await WatchAsync(WatchersEach);

        await Cluster.Hubs[Lost].KillAsync();

        await Task.WhenAll(talks.Where(talk => !talk.Crosses(Lost)).Select(talk => talk.GoOnAsync(Stop)));
        await Task.WhenAll(talks.Where(talk => talk.Crosses(Lost)).Select(talk => talk.IsBrokenAsync(Stop, exceptAt: Lost)));
        await MoveAsync(people[Lost], watchers);
        await Cluster.StartAsync(Stop);
        await PresenceIsTrueAsync(watchers);

        await Task.WhenAll(talks.Select(talk => talk.IsSilentAsync(Stop, exceptAt: Lost)));
        await Task.WhenAll(talks.Where(talk => !talk.Crosses(Lost)).Select(talk => talk.GoOnAsync(Stop)));
        Assert.Equal(talks.Where(talk => !talk.Crosses(Lost)).Sum(talk => talk.Hubs.Count()), await ChannelsKeptAsync());

        // The hub is as good as before.
        var newcomer = NewPerson(Lost);
        await newcomer.LogInAsync(Stop);
        Assert.Equal(Lost, newcomer.Hub);
        await (await Talk.BeginAsync(newcomer, people[Lost].First(person => person.IsLoggedIn), Stop)).GoOnAsync(Stop);
    }

    [Fact]
    public async Task S055_S056_S066_A_frozen_hub_loses_its_users_and_nothing_of_its_old_life_reaches_anybody_when_it_goes_on()
    {
        var people = await GatherAsync(PeopleEachWhenFrozen);
        var talks = await TalkAsync(people);
        var watchers = await WatchAsync(WatchersEach);

        await Cluster.Hubs[Lost].FreezeAsync();
        var thaw = Task.Delay(Frozen, Stop);

        // What it would find in its sockets when it goes on.
        await Task.WhenAll(talks.Where(talk => talk.Crosses(Lost)).Select(talk => talk.SayInVainAsync(Lost)));
        await Task.WhenAll(talks.Where(talk => !talk.Crosses(Lost)).Select(talk => talk.GoOnAsync(Stop)));
        await Task.WhenAll(talks.Where(talk => talk.Crosses(Lost)).Select(talk => talk.IsBrokenAsync(Stop, exceptAt: Lost)));
        await MoveAsync(people[Lost], watchers);
        await thaw;
        await Cluster.Hubs[Lost].ThawAsync();

        await PresenceIsTrueAsync(watchers);
        await Task.WhenAll(talks.Select(talk => talk.IsSilentAsync(Stop, exceptAt: Lost)));
        await Task.WhenAll(talks.Where(talk => !talk.Crosses(Lost)).Select(talk => talk.GoOnAsync(Stop)));
        Assert.Equal(talks.Where(talk => !talk.Crosses(Lost)).Sum(talk => talk.Hubs.Count()), await ChannelsKeptAsync());
        Assert.All(people.SelectMany(row => row).Where(person => person.IsLoggedIn), person => Assert.True(person.Client.IsConnected, person.Name));
    }

    protected override Task RepairAsync() => Cluster.Hubs[Lost].ThawAsync();

    // Over all hubs: one that crosses from one to another counts at both.
    private async Task<int> ChannelsKeptAsync()
    {
        var hubs = await Task.WhenAll(Cluster.Hubs.Select(hub => hub.StatusAsync(Stop, listings: true)));
        return hubs.Sum(hub => hub!["hub"]!["channels"]!.AsArray().Count(channel => (string)channel!["service"]! == ServiceTypes.InstantMessage.ToString()));
    }

    // Those of the lost hub are told to come back, and most of them do, through the same Edge.
    private async Task MoveAsync(Person[] people, Watcher[] watchers)
    {
        var lost = watchers.Where(watcher => watcher.Person.Edge == Lost).ToArray();
        await Task.WhenAll([
            .. people.Select((person, i) => i % StaysAway == 0 ? person.IsPutOutAsync(Stop) : person.ComeBackAsync(Stop)),
            .. lost.Select(watcher => watcher.Person.ComeBackAsync(Stop)),
        ]);
        Assert.All(people.Where(person => person.IsLoggedIn), person => Assert.NotEqual(Lost, person.Hub));
        await Task.WhenAll(lost.Select(watcher => watcher.WatchAsync(Names, Stop)));
    }
}
