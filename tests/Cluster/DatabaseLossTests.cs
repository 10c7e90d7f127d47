using System.Buffers.Binary;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Storage;
using Sametime.Tests.Cluster.Running;
using Sametime.Tests.Kit.Servers;

namespace Sametime.Tests.Cluster;

/// <summary>The database stands still for a while: what is said and shown needs none, and what was acknowledged is there afterwards.</summary>
public sealed class DatabaseLossTests(ThreeHubs cluster, ITestOutputHelper output) : ThreeHubsTest(cluster, output)
{
    private const int PeopleEach = 10;
    private const int WatchersEach = 1;

    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan BetweenSaves = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task S088_No_acknowledged_value_is_lost_and_people_go_on_talking_while_the_database_is_away()
    {
        var people = await GatherAsync(PeopleEach);
        var talks = await TalkAsync(people);
        var savers = await Task.WhenAll(people.Select(row => Saver.OpenAsync(row[0], Stop)));
        var watchers = await WatchAsync(WatchersEach);
        await Task.WhenAll(savers.Select(saver => saver.SaveAsync(Stop)));
        Assert.All(savers, saver => Assert.Equal(1u, saver.Acknowledged));

        await Cluster.Servers.StopAsync(OwnServices.Database, Stop);
        var outage = Task.Delay(Outage, Stop);
        var latecomers = Enumerable.Range(0, ThreeHubs.Count).Select(NewPerson).ToArray();
        Task[] meanwhile =
        [
            .. savers.Select(saver => saver.SaveUntilAsync(outage, Stop)),
            .. latecomers.Select(person => person.TryLogInAsync(Stop)),
        ];
        await Task.WhenAll(talks.Select(talk => talk.GoOnAsync(Stop)));
        var goes = people[1][^1];
        talks = [.. talks.Where(talk => !talk.IsOf(goes))];
        await goes.LogOutAsync(Stop);
        await Task.WhenAll(watchers.Select(watcher => watcher.SeesAsync(Online, Stop)));
        await outage;
        await Task.WhenAll(talks.Select(talk => talk.GoOnAsync(Stop)));
        Assert.All(savers, saver => Assert.Equal(1u, saver.Acknowledged));
        await Cluster.Servers.StartAgainAsync(OwnServices.Database, Stop);

        await Task.WhenAll(meanwhile);
        await Task.WhenAll(latecomers.Where(person => !person.IsLoggedIn).Select(person => person.LogInPatientlyAsync(Stop)));
        await PresenceIsTrueAsync(watchers);
        await Task.WhenAll(savers.Select(saver => saver.IsKeptAsync(Stop)));
        await Task.WhenAll(savers.Select(saver => saver.SaveUntilAcknowledgedAsync(Stop)));
        await Task.WhenAll(savers.Select(saver => saver.IsKeptAsync(Stop)));
        await Task.WhenAll(talks.Select(talk => talk.IsSilentAsync(Stop)));
    }

    [Fact]
    public async Task S088_What_is_stored_at_one_hub_is_read_at_the_next_at_once()
    {
        var person = NewPerson(0);
        for (var round = 0; round < 2 * ThreeHubs.Count; round++)
        {
            await person.LogInAsync(Stop);
            Assert.Equal(round % ThreeHubs.Count, person.Hub);
            var saver = await Saver.OpenAsync(person, Stop);
            if (round > 0)
                Assert.Equal((uint)round, await saver.TryLoadAsync(Stop));
            await saver.SaveAsync((uint)round + 1, Stop);
            Assert.Equal((uint)round + 1, saver.Acknowledged);
            await person.LogOutAsync(Stop);

            // Until a hub knows that he has gone, it takes him to the one where he was.
            await HubsAgree.Async(Cluster, Stop, logins: 0);
            person = SameUser(person, (round + 1) % ThreeHubs.Count);
        }
    }

    protected override Task RepairAsync() => Cluster.Servers.StartAgainAsync(OwnServices.Database, CancellationToken.None);

    /// <summary>Somebody who stores 1, 2, 3 ... in one place, and knows what was acknowledged.</summary>
    private sealed class Saver(Person person, ChannelId channel)
    {
        // Above what official clients keep for themselves.
        private const uint Key = 0x00020000;

        private uint _last;

        /// <summary>The value of the last save that was acknowledged.</summary>
        public uint Acknowledged { get; private set; }

        public static async Task<Saver> OpenAsync(Person person, CancellationToken stop) =>
            new(person, await person.Client.OpenAsync(ServiceTypes.Storage, ProtocolTypes.Storage, ProtocolVersions.Storage, stop));

        public Task SaveAsync(CancellationToken stop) => SaveAsync(_last + 1, stop);

        public async Task SaveAsync(uint value, CancellationToken stop)
        {
            _last = value;
            var bytes = new byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
            await person.Client.SendPayloadAsync(channel, new StorageSave(value, [new StorageItem(Key, Opaque.Wrap(bytes))]));
            var answer = await person.Client.TakePayloadAsync<StorageSaved>(channel, stop);
            Assert.Equal(value, answer.RequestId);
            if (answer.Result == Reason.Success)
                Acknowledged = value;
        }

        /// <summary>One save after the other, as long as nothing is over.</summary>
        public async Task SaveUntilAsync(Task over, CancellationToken stop)
        {
            using var pace = new PeriodicTimer(BetweenSaves);
            while (!over.IsCompleted && await pace.WaitForNextTickAsync(stop))
                await SaveAsync(stop);
        }

        public async Task SaveUntilAcknowledgedAsync(CancellationToken stop) =>
            await Eventually.IsAsync(
                async () =>
                {
                    await SaveAsync(stop);
                    return Acknowledged == _last;
                },
                $"{person.Name} can store again", stop);

        /// <summary>What is stored; null when there is no telling now.</summary>
        public async Task<uint?> TryLoadAsync(CancellationToken stop)
        {
            await person.Client.SendPayloadAsync(channel, new StorageLoad(0, [Key]));
            var answer = await person.Client.TakePayloadAsync<StorageLoaded>(channel, stop);
            return answer.Result == Reason.Success ? BinaryPrimitives.ReadUInt32BigEndian(Assert.Single(answer.Items).Value.Span) : null;
        }

        /// <summary>The last acknowledged value is there, or a later one that nobody has said was stored.</summary>
        public async Task IsKeptAsync(CancellationToken stop)
        {
            uint? kept = null;
            await Eventually.IsAsync(async () => (kept = await TryLoadAsync(stop)) is not null, $"{person.Name} can load again", stop);
            Assert.InRange(kept!.Value, Acknowledged, _last);
        }
    }
}
