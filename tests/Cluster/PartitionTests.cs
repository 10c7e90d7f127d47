using Sametime.Tests.Cluster.Running;

namespace Sametime.Tests.Cluster;

/// <summary>A hub that is cut off from the others while its people, and it itself, go on.</summary>
public sealed class PartitionTests(ThreeHubs cluster, ITestOutputHelper output) : ThreeHubsTest(cluster, output)
{
    private const int PeopleEach = 10;
    private const int WatchersEach = 1;
    private const int Split = 10;

    // The hub that reaches the broker through the relay, and one of those on the other side.
    private const int CutOff = ThreeHubs.Count - 1;
    private const int Other = 0;

    [Fact]
    public async Task S076_S120_Who_logged_in_on_both_sides_of_a_partition_is_put_out_at_both_and_comes_back_at_one_hub()
    {
        var people = await GatherAsync(PeopleEach);
        var talks = await TalkAsync(people);
        var here = Enumerable.Range(0, Split).Select(_ => NewPerson(Other)).ToArray();
        var there = here.Select(person => SameUser(person, CutOff)).ToArray();
        var watchers = await WatchAsync(WatchersEach);

        Cluster.BrokerOfLast.Cut();
        await Task.WhenAll(talks.Where(talk => talk.IsForeign && talk.Crosses(CutOff)).Select(talk => talk.IsBrokenAsync(Stop)));
        await Task.WhenAll(talks.Where(talk => !talk.IsForeign || !talk.Crosses(CutOff)).Select(talk => talk.GoOnAsync(Stop)));

        await Task.WhenAll(here.Concat(there).Select(person => person.LogInAsync(Stop)));
        Assert.All(here, person => Assert.Equal(Other, person.Hub));
        Assert.All(there, person => Assert.Equal(CutOff, person.Hub));

        Cluster.BrokerOfLast.Mend();

        // One of his clients is back, and all hubs know it, before the other tries: who is let in by two hubs at the same moment is a
        // double login once more, and would be put out again.
        await Task.WhenAll(here.Concat(there).Select(person => person.IsPutOutAsync(Stop)));
        await Task.WhenAll(here.Select(person => person.LogInPatientlyAsync(Stop)));
        await HubsKnowWhoIsOnlineAsync();
        await Task.WhenAll(there.Select(person => person.LogInPatientlyAsync(Stop)));
        Assert.All(here.Zip(there), both => Assert.Equal(both.First.Hub, both.Second.Hub));

        await PresenceIsTrueAsync(watchers);
        Assert.All(people.SelectMany(row => row).Concat(here).Concat(there), person => Assert.True(person.Client.IsConnected, $"{person.Name} was put out"));
        await Task.WhenAll(talks.Select(talk => talk.IsSilentAsync(Stop)));
    }

    protected override Task RepairAsync()
    {
        Cluster.BrokerOfLast.Mend();
        return Task.CompletedTask;
    }
}
