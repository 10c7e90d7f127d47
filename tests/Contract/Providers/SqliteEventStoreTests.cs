using Microsoft.Data.Sqlite;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.ProviderSuite;
using Sametime.Services.Providers;
using Sametime.Services.Providers.Sqlite;
using Sametime.Services.Providers.Subjects;
using Xunit;

namespace Sametime.Tests.Contract.Providers;

public sealed class SqliteEventStoreTests : CommunityStoreContract
{
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;
    private readonly TemporaryStore _temporary = new();

    protected override long Commits => Opened.Commits;

    protected override IEventStore Store => Opened;

    private protected override (ICommunityDirectory Directory, IUserStorageProvider Storage, IPrivacyProvider Privacy) Values =>
        (_temporary.OpenDirectory(Opened), new SqliteUserStorage(Opened, new UserStorageLimits()), new SqlitePrivacy(Opened));

    private SqliteEventStore Opened => field ??= _temporary.Open(
        options: new SqliteStoreOptions { DataDirectory = _temporary.Options.DataDirectory, ReadPageEvents = ReadPageEvents, CommitEventsMax = CommitEventsMax });

    public override ValueTask DisposeAsync() => _temporary.DisposeAsync();

    protected override async Task<Func<Task>> HoldWriterAsync()
    {
        var held = new HeldWriter(Opened);
        await held.IsHolding;
        return async () =>
        {
            await held.ReleaseAsync();
            held.Dispose();
        };
    }

    protected override Task<List<string>> DumpAsync() => Task.FromResult(Dump());

    protected override Task SpoilAsync() => ExecuteAsync(
        "DELETE FROM account; DELETE FROM group_member; UPDATE stored_value SET value = x'ff'; INSERT INTO privacy_list VALUES ('X', '{}')");

    protected override Task<long> RebuildAsync() => Opened.RebuildAsync(_stop);

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

        await using var keyless = new TemporaryStore();
        await ExecuteAsync("CREATE TABLE t (x)", keyless.Options.SubjectsFilePath);
        Assert.Contains("subjects.db", Assert.Throws<StoreCorruptException>(() => keyless.Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_not_make_tables_is_told_by_which_command_they_are_made()
    {
        SqliteEventStore OpenAsItIs() => SqliteEventStore.Open(
            _temporary.Options, TestKeys.Store, new SubjectOptions(), new EventSource(1, 42), TimeProvider.System, createTables: false);

        Assert.Contains("sametime store init", Assert.Throws<StoreUnavailableException>(OpenAsItIs).Message, StringComparison.Ordinal);
        await _temporary.Open().DisposeAsync();
        await OpenAsItIs().DisposeAsync();
        await ExecuteAsync("PRAGMA user_version = 6");
        Assert.Contains("sametime store migrate", Assert.Throws<StoreUnavailableException>(OpenAsItIs).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_it_makes_is_for_this_account_alone_and_where_it_can_make_nothing_it_is_away()
    {
        var file = Path.Combine(_temporary.Options.DataDirectory, "a file");
        await File.WriteAllTextAsync(file, "", _stop);
        var failure = Assert.Throws<StoreUnavailableException>(() => _temporary.Open(new SqliteStoreOptions { DataDirectory = file }));
        Assert.Contains(file, failure.Message, StringComparison.Ordinal);
        if (OperatingSystem.IsWindows())
            return; // files have owners in another way there

        var folder = Path.Combine(_temporary.Options.DataDirectory, "anew");
        await AppendAsync(_temporary.Open(new SqliteStoreOptions { DataDirectory = folder }), 1);

        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(folder));
        Assert.All(Directory.GetFiles(folder), static made => Assert.Equal((UnixFileMode)0b110_000_000, ModeOf(made)));
    }

    private static UnixFileMode ModeOf(string file) => OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(file);

    [Fact]
    public async Task A_file_of_the_first_schema_gets_what_it_lacks_and_keeps_what_it_has()
    {
        var store = _temporary.Open();
        await _temporary.OpenDirectory(store).AddUserAsync(new UserRecord(new UserId("alice"), "Alice", []), "hash", _stop);
        await ExecuteAsync("ALTER TABLE account DROP COLUMN home_hub; DROP TABLE forwarded; DROP TABLE sealing; ALTER TABLE account DROP COLUMN disabled; ALTER TABLE event DROP COLUMN link; DROP TABLE store_head; DROP TABLE removed; DROP TABLE chat_line; DROP TABLE open_chat; PRAGMA user_version = 1");

        var directory = _temporary.OpenDirectory(_temporary.Open());
        Assert.Equal(DirectoryChange.Done, await directory.SetHomeAsync(new UserId("alice"), "north", _stop));
        Assert.Equal(new UserRecord(new UserId("alice"), "Alice", [], HomeHub: "north"), Assert.Single(await directory.ListUsersAsync(_stop)));
    }

    [Fact]
    public async Task A_store_that_another_process_keeps_locked_for_longer_than_it_may_is_away_until_it_is_released()
    {
        var store = _temporary.Open(new SqliteStoreOptions { DataDirectory = _temporary.Options.DataDirectory, BusyTimeout = TimeSpan.FromMilliseconds(20) });
        await AppendAsync(store, 1);
        await using (var other = new SqliteConnection($"Data Source={_temporary.Options.FilePath};Pooling=False"))
        {
            await other.OpenAsync(_stop);
            await using var command = other.CreateCommand();
            command.CommandText = "BEGIN IMMEDIATE";
            await command.ExecuteNonQueryAsync(_stop);

            for (var i = 0; i < 2; i++)
            {
                var failure = await Assert.ThrowsAsync<StoreUnavailableException>(() => AppendAsync(store, 2));
                Assert.Equal("Another process kept the store locked for too long.", failure.Message);
            }

            Assert.Equal("1 0", await LoadLengthsAsync(store, 1, 2)); // who reads is not locked out
        }

        await AppendAsync(store, 3);
        Assert.Equal("1 0 1", await LoadLengthsAsync(store, 1, 2, 3));
    }

    [Fact]
    public async Task A_stored_event_whose_fields_are_damaged_is_named_and_not_passed_over()
    {
        var store = _temporary.Open();
        await AppendAsync(store, 1);
        await ExecuteAsync("UPDATE event SET fields = '{\"user\":'");

        await Assert.ThrowsAsync<StoreCorruptException>(async () => await store.ReadAllAsync(0, _stop).CountAsync(_stop));
    }

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
}

public sealed class SharedSqliteStoreTests : SharedEventStoreContract
{
    private readonly TemporaryStore _temporary = new();

    public override ValueTask DisposeAsync() => _temporary.DisposeAsync();

    protected override Task<IEventStore> OpenAsync() => Task.FromResult<IEventStore>(_temporary.Open());
}
