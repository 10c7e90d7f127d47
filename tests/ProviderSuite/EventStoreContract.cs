using System.Text.Json.Nodes;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers;
using Xunit;

namespace Sametime.Tests.Contract.Providers;

/// <summary>What every event store does. Its source is hub 1 in incarnation 42, and it reads three events at a time.</summary>
public abstract class EventStoreContract : IAsyncDisposable
{
    protected const int ReadPageEvents = 3;

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    protected static EventStreamName Stream { get; } = EventStreamName.User(new UserId("alice"));

    protected static DateTimeOffset Noon { get; } = new(2026, 5, 6, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The store under test.</summary>
    private protected abstract IEventStore Store { get; }

    /// <summary>The directory, values and privacy lists in it.</summary>
    private protected abstract (ICommunityDirectory Directory, IUserStorageProvider Storage, IPrivacyProvider Privacy) Values { get; }

    /// <summary>Commits its writer made so far.</summary>
    protected abstract long Commits { get; }

    public abstract ValueTask DisposeAsync();

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
    public async Task Events_come_back_as_they_were_appended()
    {
        var cause = new EventCause("channel-7", "hub-1-42/3");
        var precisely = Noon.AddTicks(1234567);
        var unknown = new UnknownEvent("place.created", 3, """{"place":"x"}""");
        var appended = await Store.AppendAsync(
            Stream, ExpectedVersion.None, [new NewEvent(Saved(1), precisely, cause), new NewEvent(Saved(2), Noon), new NewEvent(unknown, Noon)], _stop);

        var read = await Store.ReadStreamAsync(Stream, 0, _stop).ToListAsync(_stop);
        Assert.Equal(appended.Take(2), read.Take(2));
        Assert.Equal([1, 2, 3], read.Select(e => e.Envelope.Sequence));
        Assert.Equal((precisely, cause, new EventSource(1, 42)), (read[0].Envelope.Occurred, read[0].Envelope.Cause, read[0].Envelope.Source));
        Assert.Equal(default, read[1].Envelope.Cause);
        Assert.Equal(Saved(2), read[1].Envelope.Payload);
        var kept = Assert.IsType<UnknownEvent>(read[2].Envelope.Payload);
        Assert.Equal((unknown.Name, unknown.Version), (kept.Name, kept.Version));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(unknown.Json), JsonNode.Parse(kept.Json)), kept.Json);
    }

    [Fact]
    public async Task A_stream_that_moved_on_refuses_and_stays_as_it_was()
    {
        await AppendAsync(1, 2);

        var refusal = await Assert.ThrowsAsync<StreamVersionException>(
            async () => await Store.AppendAsync(Stream, 1, [new NewEvent(Saved(3), Noon)], _stop));
        Assert.Equal((1L, 2L), (refusal.Expected, refusal.Actual));
        await Assert.ThrowsAsync<StreamVersionException>(
            async () => await Store.AppendAsync(Stream, ExpectedVersion.None, [new NewEvent(Saved(3), Noon)], _stop));
        Assert.Equal(2, await Store.ReadAllAsync(0, _stop).CountAsync(_stop));
        Assert.Equal(3, Assert.Single(await Store.AppendAsync(Stream, 2, [new NewEvent(Saved(3), Noon)], _stop)).Envelope.Sequence);
    }

    [Fact]
    public async Task All_streams_read_in_the_order_of_their_commits_over_many_pages()
    {
        for (var i = 0; i < 10; i++)
            await Store.AppendAsync(i % 2 == 0 ? Stream : EventStreamName.Directory, ExpectedVersion.Any, [new NewEvent(Saved((uint)i), Noon)], _stop);

        var all = await Store.ReadAllAsync(0, _stop).ToListAsync(_stop);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (uint)i), all.Select(e => ((UserStorageItemSaved)e.Envelope.Payload).Key));
        Assert.Equal(all.Skip(4), await Store.ReadAllAsync(all[3].Position, _stop).ToListAsync(_stop));
        Assert.Equal([4, 5], (await Store.ReadStreamAsync(Stream, 3, _stop).ToListAsync(_stop)).Select(e => e.Envelope.Sequence));
    }

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
        await SpoilAsync();
        Assert.NotEqual(live, await DumpAsync());
        Assert.Equal(await Store.ReadAllAsync(0, _stop).CountAsync(_stop), await RebuildAsync());
        Assert.Equal(live, await DumpAsync());
        Assert.Contains(live, row => row.StartsWith("group_member STAFF|2|BOB", StringComparison.Ordinal));
        Assert.DoesNotContain(live, row => row.Contains("CAROL", StringComparison.Ordinal));
    }

    protected static UserStorageItemSaved Saved(uint key) => new(new UserId("alice"), key, [(byte)key]);

    private async Task AppendAsync(params uint[] keys) =>
        await Store.AppendAsync(Stream, ExpectedVersion.Any, [.. keys.Select(key => new NewEvent(Saved(key), Noon))], _stop);
}
