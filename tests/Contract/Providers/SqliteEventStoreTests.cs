using Microsoft.Data.Sqlite;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers.Sqlite;
using Xunit;

namespace Sametime.Tests.Contract.Providers;

public sealed class SqliteEventStoreTests : IAsyncDisposable
{
    private static readonly EventStreamName Stream = EventStreamName.User(new UserId("alice"));
    private static readonly DateTimeOffset Noon = new(2026, 5, 6, 12, 0, 0, TimeSpan.Zero);

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;
    private readonly TemporaryStore _temporary = new();

    public ValueTask DisposeAsync() => _temporary.DisposeAsync();

    [Fact]
    public async Task Events_come_back_as_they_were_appended()
    {
        var store = _temporary.Open();
        var cause = new EventCause("channel-7", "hub-1-42/3");
        var appended = await store.AppendAsync(Stream, ExpectedVersion.None, [new NewEvent(Saved(1), Noon, cause), new NewEvent(Saved(2), Noon)], _stop);

        var read = await store.ReadStreamAsync(Stream, 0, _stop).ToListAsync(_stop);
        Assert.Equal(appended, read);
        Assert.Equal([1, 2], read.Select(e => e.Envelope.Sequence));
        Assert.Equal((Noon, cause, new EventSource(1, 42)), (read[0].Envelope.Occurred, read[0].Envelope.Cause, read[0].Envelope.Source));
        Assert.Equal(default, read[1].Envelope.Cause);
        Assert.Equal(Saved(2), read[1].Envelope.Payload);
    }

    [Fact]
    public async Task A_stream_that_moved_on_refuses_and_stays_as_it_was()
    {
        var store = _temporary.Open();
        await AppendAsync(store, 1, 2);

        var refusal = await Assert.ThrowsAsync<StreamVersionException>(
            async () => await store.AppendAsync(Stream, 1, [new NewEvent(Saved(3), Noon)], _stop));
        Assert.Equal((1L, 2L), (refusal.Expected, refusal.Actual));
        await Assert.ThrowsAsync<StreamVersionException>(
            async () => await store.AppendAsync(Stream, ExpectedVersion.None, [new NewEvent(Saved(3), Noon)], _stop));
        Assert.Equal(2, await store.ReadAllAsync(0, _stop).CountAsync(_stop));
        Assert.Equal(3, Assert.Single(await store.AppendAsync(Stream, 2, [new NewEvent(Saved(3), Noon)], _stop)).Envelope.Sequence);
    }

    [Fact]
    public async Task All_streams_read_in_the_order_of_their_commits_over_many_pages()
    {
        var store = _temporary.Open(options: new SqliteStoreOptions { DataDirectory = _temporary.Options.DataDirectory, ReadPageEvents = 3 });
        for (var i = 0; i < 10; i++)
            await store.AppendAsync(i % 2 == 0 ? Stream : EventStreamName.Directory, ExpectedVersion.Any, [new NewEvent(Saved((uint)i), Noon)], _stop);

        var all = await store.ReadAllAsync(0, _stop).ToListAsync(_stop);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (uint)i), all.Select(e => ((UserStorageItemSaved)e.Envelope.Payload).Key));
        Assert.Equal(all.Skip(4), await store.ReadAllAsync(all[3].Position, _stop).ToListAsync(_stop));
        Assert.Equal([4, 5], (await store.ReadStreamAsync(Stream, 3, _stop).ToListAsync(_stop)).Select(e => e.Envelope.Sequence));
    }

    [Fact]
    public async Task Many_writes_at_once_share_commits_and_each_gets_its_own_number()
    {
        var store = _temporary.Open();
        using var held = new HeldWriter(store);
        await held.IsHolding;
        var writes = Enumerable.Range(0, 200).Select(i => store.AppendAsync(Stream, ExpectedVersion.Any, [new NewEvent(Saved((uint)i), Noon)], _stop).AsTask()).ToList();
        await held.ReleaseAsync();
        var appended = await Task.WhenAll(writes);

        Assert.Equal(Enumerable.Range(1, 200).Select(i => (long)i), appended.Select(one => one[0].Envelope.Sequence).Order());
        Assert.Equal(2, store.Commits);
    }

    [Fact]
    public async Task A_write_that_refuses_is_undone_alone()
    {
        var store = _temporary.Open();
        using var held = new HeldWriter(store);
        await held.IsHolding;
        var before = AppendAsync(store, 1);
        var refusing = store.WriteAsync<int>(
            write =>
            {
                write.Append(Stream, Saved(2));
                throw new InvalidOperationException("changed my mind");
            },
            _stop);
        var after = AppendAsync(store, 3);
        await held.ReleaseAsync();

        await Task.WhenAll(before, after);
        await Assert.ThrowsAsync<InvalidOperationException>(() => refusing);
        var keys = (await store.ReadAllAsync(0, _stop).ToListAsync(_stop)).Select(e => ((UserStorageItemSaved)e.Envelope.Payload).Key);
        Assert.Equal([1u, 3u], keys);
        Assert.Equal("1 0 1", await LoadLengthsAsync(store, 1, 2, 3));
    }

    [Fact]
    public async Task A_write_given_up_before_its_turn_leaves_nothing()
    {
        var store = _temporary.Open();
        using var held = new HeldWriter(store);
        await held.IsHolding;
        using var gaveUp = new CancellationTokenSource();
        var given = store.AppendAsync(Stream, ExpectedVersion.Any, [new NewEvent(Saved(1), Noon)], gaveUp.Token).AsTask();
        await gaveUp.CancelAsync();
        await held.ReleaseAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        Assert.Equal(0, await store.ReadAllAsync(0, _stop).CountAsync(_stop));
    }

    [Fact]
    public async Task What_was_acknowledged_is_in_the_files_without_any_orderly_close()
    {
        var store = _temporary.Open();
        await AppendAsync(store, 1, 2, 3);

        // What a killed process leaves: the files as they are now, while the store is still open and nothing was flushed for the occasion.
        await using var copy = new TemporaryStore();
        foreach (var file in Directory.GetFiles(_temporary.Options.DataDirectory))
        {
            await using var from = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            await using var to = File.Create(Path.Combine(copy.Options.DataDirectory, Path.GetFileName(file)));
            await from.CopyToAsync(to, _stop);
        }

        var revived = copy.Open();
        Assert.Equal(3, await revived.ReadAllAsync(0, _stop).CountAsync(_stop));
        Assert.Equal("1 1 1", await LoadLengthsAsync(revived, 1, 2, 3));
        Assert.Equal(4, Assert.Single(await revived.AppendAsync(Stream, 3, [new NewEvent(Saved(4), Noon)], _stop)).Envelope.Sequence);
    }

    [Fact]
    public async Task Current_values_folded_anew_from_all_events_equal_the_live_ones()
    {
        var store = _temporary.Open();
        var directory = _temporary.OpenDirectory(store);
        var (storage, privacy) = (new SqliteUserStorage(store, new UserStorageLimits()), new SqlitePrivacy(store));
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

        var live = Dump();
        await ExecuteAsync("DELETE FROM account; DELETE FROM group_member; UPDATE stored_value SET value = x'ff'; INSERT INTO privacy_list VALUES ('X', '{}')");
        Assert.NotEqual(live, Dump());
        Assert.Equal(await store.ReadAllAsync(0, _stop).CountAsync(_stop), await store.RebuildAsync(_stop));
        Assert.Equal(live, Dump());
        Assert.Contains(live, row => row.StartsWith("group_member STAFF|2|BOB", StringComparison.Ordinal));
        Assert.DoesNotContain(live, row => row.Contains("CAROL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Committed_events_reach_the_event_plane_in_order_and_refused_ones_do_not()
    {
        var plane = new ForwardedEvents();
        var store = _temporary.Open(plane);
        await AppendAsync(store, 1, 2);
        await Assert.ThrowsAsync<StreamVersionException>(async () => await store.AppendAsync(Stream, 0, [new NewEvent(Saved(9), Noon)], _stop));
        await AppendAsync(store, 3);

        Assert.Equal([1, 2, 3], plane.Forwarded.Select(e => e.Sequence));
    }

    [Fact]
    public async Task A_damaged_file_a_foreign_file_and_a_newer_one_are_told_apart_from_an_empty_store()
    {
        await using var damaged = new TemporaryStore();
        await File.WriteAllTextAsync(damaged.Options.FilePath, new string('x', 8192), _stop);
        Assert.Throws<StoreCorruptException>(() => damaged.Open());

        await using var foreign = new TemporaryStore();
        await ExecuteAsync("CREATE TABLE t (x)", foreign.Options.FilePath);
        Assert.Throws<StoreCorruptException>(() => foreign.Open());

        await using var newer = new TemporaryStore();
        await newer.Open().DisposeAsync();
        await ExecuteAsync("PRAGMA user_version = 99", newer.Options.FilePath);
        Assert.Contains("newer", Assert.Throws<StoreCorruptException>(() => newer.Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_the_first_schema_gets_what_it_lacks_and_keeps_what_it_has()
    {
        var store = _temporary.Open();
        await _temporary.OpenDirectory(store).AddUserAsync(new UserRecord(new UserId("alice"), "Alice", []), "hash", _stop);
        await ExecuteAsync("ALTER TABLE account DROP COLUMN home_hub; PRAGMA user_version = 1");

        var directory = _temporary.OpenDirectory(_temporary.Open());
        Assert.Equal(DirectoryChange.Done, await directory.SetHomeAsync(new UserId("alice"), "north", _stop));
        Assert.Equal(new UserRecord(new UserId("alice"), "Alice", [], HomeHub: "north"), Assert.Single(await directory.ListUsersAsync(_stop)));
    }

    [Fact]
    public async Task A_stored_event_whose_fields_are_damaged_is_named_and_not_passed_over()
    {
        var store = _temporary.Open();
        await AppendAsync(store, 1);
        await ExecuteAsync("UPDATE event SET fields = '{\"user\":'");

        await Assert.ThrowsAsync<StoreCorruptException>(async () => await store.ReadAllAsync(0, _stop).CountAsync(_stop));
    }

    private static UserStorageItemSaved Saved(uint key) => new(new UserId("alice"), key, [(byte)key]);

    private async Task AppendAsync(SqliteEventStore store, params uint[] keys) =>
        await store.AppendAsync(Stream, ExpectedVersion.Any, [.. keys.Select(key => new NewEvent(Saved(key), Noon))], _stop);

    private async Task<string> LoadLengthsAsync(SqliteEventStore store, params uint[] keys)
    {
        var loaded = await new SqliteUserStorage(store, new UserStorageLimits()).LoadAsync(new UserId("alice"), keys.ToItems(), _stop);
        return string.Join(' ', loaded.Select(item => item.Value.Length));
    }

    private async Task ExecuteAsync(string sql, string? file = null)
    {
        await using var connection = new SqliteConnection($"Data Source={file ?? _temporary.Options.FilePath};Pooling=False");
        await connection.OpenAsync(_stop);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(_stop);
    }

    private List<string> Dump()
    {
        using var connection = new SqliteConnection($"Data Source={_temporary.Options.FilePath};Pooling=False");
        connection.Open();
        var rows = new List<string>();
        foreach (var table in SqliteSchema.FoldedTables)
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"SELECT * FROM {table} ORDER BY 1, 2";
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                rows.Add(table + " " + string.Join('|', Enumerable.Range(0, reader.FieldCount)
                    .Select(i => reader.GetValue(i) is byte[] bytes ? Convert.ToHexString(bytes) : reader.GetValue(i).ToString())));
            }
        }

        return rows;
    }

    /// <summary>Keeps the writer busy inside a transaction, so that what is written meanwhile waits for the next commit.</summary>
    private sealed class HeldWriter : IDisposable
    {
        private readonly TaskCompletionSource _holding = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _released = new();
        private readonly Task _write;

        public HeldWriter(SqliteEventStore store) => _write = store.WriteAsync(
            _ =>
            {
                _holding.SetResult();
                _released.Wait(TestContext.Current.CancellationToken);
                return true;
            },
            TestContext.Current.CancellationToken);

        public Task IsHolding => _holding.Task;

        public Task ReleaseAsync()
        {
            _released.Set();
            return _write;
        }

        public void Dispose() => _released.Dispose();
    }

    private sealed class ForwardedEvents : IEventPublisher
    {
        public List<EventEnvelope> Forwarded { get; } = [];

        public bool TryPublish(IEvent fact, EventCause cause = default) => throw new NotSupportedException();

        public bool TryForward(EventEnvelope recorded)
        {
            Forwarded.Add(recorded);
            return true;
        }
    }
}
