using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.ProviderSuite;
using Sametime.Services.Providers;
using Sametime.Tests.Kit.Ends;
using Xunit;

namespace Sametime.Tests.Contract.Providers;

/// <summary>What the server's own event stores do besides: group commit, and current values folded from the events.</summary>
public abstract class CommunityStoreContract : EventStoreContract
{
    /// <summary>How many events the store under test reads at a time.</summary>
    protected const int ReadPageEvents = 3;

    /// <summary>What the options of both stores say.</summary>
    protected const int CommitWritesMax = 256;

    /// <summary>Fewer than are set by default, so that they are soon written.</summary>
    protected const int CommitEventsMax = 500;

    /// <inheritdoc cref="CommitWritesMax"/>
    protected const int WaitingWritesMax = 1_000;

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    /// <summary>The directory, values and privacy lists in it.</summary>
    private protected abstract (ICommunityDirectory Directory, IUserStorageProvider Storage, IPrivacyProvider Privacy) Values { get; }

    /// <summary>Commits its writer made so far.</summary>
    protected abstract long Commits { get; }

    /// <summary>Keeps the writer busy with one commit, so that what is written meanwhile waits for the next.</summary>
    /// <returns>Lets it go on, and ends with that commit.</returns>
    protected abstract Task<Func<Task>> HoldWriterAsync();

    /// <summary>All current values as text, in one order.</summary>
    protected abstract Task<List<string>> DumpAsync();

    /// <summary>Makes the current values wrong without an event.</summary>
    protected abstract Task SpoilAsync();

    /// <summary>Folds the current values anew from all events.</summary>
    protected abstract Task<long> RebuildAsync();

    [Fact]
    public async Task Many_writes_at_once_share_commits_and_each_gets_its_own_number()
    {
        var before = Commits;
        var release = await HoldWriterAsync();
        var writes = Enumerable.Range(0, 200).Select(i => Store.AppendAsync(Stream, ExpectedVersion.Any, [new NewEvent(Saved((uint)i), Noon)], _stop).AsTask()).ToList();
        await release();
        var appended = await Task.WhenAll(writes);

        Assert.Equal(Enumerable.Range(1, 200).Select(i => (long)i), appended.Select(one => one[0].Envelope.Sequence).Order());
        Assert.Equal(before + 2, Commits);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 3)]
    public async Task As_many_writes_share_a_commit_as_may_and_one_more_has_the_next(int more, int commits)
    {
        var before = Commits;
        var release = await HoldWriterAsync();
        var writes = Enumerable.Range(0, CommitWritesMax + more).Select(i => WriteAsync((uint)i, _stop)).ToList();
        await release();
        await Task.WhenAll(writes);

        Assert.Equal(before + commits, Commits);
    }

    [Fact]
    public async Task What_hubs_state_shares_a_commit_until_it_has_as_many_events_as_may_be()
    {
        var before = Commits;
        var release = await HoldWriterAsync();
        var writes = Enumerable.Range(2, 3).Select(hub => ((IEventLog)Store).RecordAsync([.. Half((ushort)hub)], _stop).AsTask()).ToList();
        await release();
        await Task.WhenAll(writes);

        Assert.Equal(before + 3, Commits);

        static IEnumerable<EventEnvelope> Half(ushort hub) => Enumerable.Range(1, CommitEventsMax / 2).Select(number => new EventEnvelope(
            EventStreamName.Hub(hub, 7), number, new EventSource(hub, 7), Noon, Noon, default, new HubJoined(9, 1, "south")));
    }

    [Fact]
    public async Task As_many_writes_wait_as_may_and_a_further_one_waits_for_a_place_where_it_can_be_given_up_at_once()
    {
        var release = await HoldWriterAsync();
        using var gaveUp = new CancellationTokenSource();
        var waiting = Enumerable.Range(1, WaitingWritesMax).Select(i => WriteAsync((uint)i, i == WaitingWritesMax ? gaveUp.Token : _stop)).ToList();
        var (further, later) = (WriteAsync(0, gaveUp.Token), WriteAsync(0, _stop));
        await gaveUp.CancelAsync();
        try
        {
            var ended = await Task.WhenAny(further, waiting[^1]).ForAsync("a write that has no place yet is given up", _stop);
            Assert.Same(further, ended);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => further);
            Assert.False(waiting[^1].IsCompleted); // has a place, and is asked when its turn comes
        }
        finally
        {
            await release();
        }

        await Task.WhenAll([.. waiting[..^1], later]).ForAsync("all others are stored", _stop);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting[^1]);
        Assert.Equal(WaitingWritesMax, await Store.ReadStreamAsync(Stream, 0, _stop).CountAsync(_stop));
    }

    [Fact]
    public async Task A_write_that_refuses_leaves_the_others_of_its_commit_alone()
    {
        var release = await HoldWriterAsync();
        var one = AppendAsync(1);
        var refusing = Store.AppendAsync(Stream, expectedVersion: 7, [new NewEvent(Saved(2), Noon)], _stop).AsTask();
        var other = AppendAsync(3);
        await release();

        await Task.WhenAll(one, other);
        await Assert.ThrowsAsync<StreamVersionException>(() => refusing);
        var keys = (await Store.ReadStreamAsync(Stream, 0, _stop).ToListAsync(_stop)).Select(e => ((UserStorageItemSaved)e.Envelope.Payload).Key);
        Assert.Equal([1u, 3u], keys);
        Assert.Equal([1, 0, 1], (await Values.Storage.LoadAsync(new UserId("alice"), [1, 2, 3], _stop)).Select(item => item.Value.Length));
    }

    [Fact]
    public async Task A_write_given_up_before_its_turn_leaves_nothing()
    {
        var release = await HoldWriterAsync();
        using var gaveUp = new CancellationTokenSource();
        var given = Store.AppendAsync(Stream, ExpectedVersion.Any, [new NewEvent(Saved(1), Noon)], gaveUp.Token).AsTask();
        await gaveUp.CancelAsync();
        await release();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        Assert.Equal(0, await Store.ReadStreamAsync(Stream, 0, _stop).CountAsync(_stop));
    }

    [Fact]
    public async Task Current_values_folded_anew_from_all_events_equal_the_live_ones()
    {
        var (directory, storage, privacy) = Values;
        foreach (var name in new[] { "alice", "bob", "carol" })
            await directory.AddUserAsync(new UserRecord(new UserId(name), name, [$"{name}@x"]), "hash", _stop);
        await directory.SaveGroupAsync(new GroupRecord("staff", [new UserId("alice"), new UserId("carol"), new UserId("bob")]), _stop);
        await directory.SaveGroupAsync(new GroupRecord("gone", [new UserId("alice")]), _stop);
        await directory.RemoveGroupAsync("gone", _stop);
        await directory.SavePasswordHashAsync(new UserId("bob"), "hash2", null, _stop);
        await directory.SetHomeAsync(new UserId("bob"), "north", _stop);
        foreach (var user in new[] { "alice", "carol" })
        {
            await storage.SaveAsync(new UserId(user), [new StoredItem(0, [1, 2]), new StoredItem(9, [])], _stop);
            await privacy.SaveAsync(new UserId(user), new PrivacyInfo(true, [new UserItem(new UserId("bob"))]), _stop);
        }

        await directory.RemoveUserAsync(new UserId("carol"), _stop);

        var live = await DumpAsync();
        Assert.Equal([], await FindWrongAsync());
        Assert.Equal(live, await DumpAsync());
        await SpoilAsync();
        var spoiled = await DumpAsync();
        Assert.NotEqual(live, spoiled);
        Assert.Subset((await FindWrongAsync()).ToHashSet(), new HashSet<string> { "account", "group_member", "stored_value", "privacy_list" });
        Assert.Equal(spoiled, await DumpAsync());
        Assert.Equal(await Store.ReadAllAsync(0, _stop).CountAsync(_stop), await RebuildAsync());
        Assert.Equal(live, await DumpAsync());
        Assert.Equal([], await FindWrongAsync());
        Assert.Contains(live, row => row.StartsWith("group_member STAFF|2|BOB", StringComparison.Ordinal));
        Assert.DoesNotContain(live, row => row.Contains("CAROL", StringComparison.Ordinal));
    }

    // The tables that are not as the events make them.
    private async Task<List<string>> FindWrongAsync() =>
        [.. (await ((IStoreCheck)Store).CompareAsync(_stop)).Where(check => check.Differences > 0).Select(check => check.Table)];

    private async Task WriteAsync(uint key, CancellationToken stop) =>
        await Store.AppendAsync(Stream, ExpectedVersion.Any, [new NewEvent(Saved(key), Noon)], stop);

    private async Task AppendAsync(params uint[] keys) =>
        await Store.AppendAsync(Stream, ExpectedVersion.Any, [.. keys.Select(key => new NewEvent(Saved(key), Noon))], _stop);
}
