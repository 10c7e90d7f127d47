using Npgsql;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.ProviderSuite;
using Sametime.Services.Providers;
using Sametime.Services.Providers.Marten;
using Xunit;

namespace Sametime.Tests.Contract.Providers.Postgres;

[Trait("Needs", "Servers")]
public sealed class PostgresEventStoreTests(PostgresSchema schema) : CommunityStoreContract, IClassFixture<PostgresSchema>, IAsyncLifetime
{
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;
    private MartenEventStore _store = null!;

    protected override long Commits => _store.Commits;

    protected override IEventStore Store => _store;

    private protected override (ICommunityDirectory Directory, IUserStorageProvider Storage, IPrivacyProvider Privacy) Values =>
        (new MartenUserDirectory(_store, new DirectoryLimits()), new MartenUserStorage(_store, new UserStorageLimits()), new MartenPrivacy(_store));

    public async ValueTask InitializeAsync()
    {
        (schema.Options.ReadPageEvents, schema.Options.CommitEventsMax) = (ReadPageEvents, CommitEventsMax);
        _store = await schema.OpenEmptyAsync();
    }

    public override async ValueTask DisposeAsync() => await schema.CloseAsync();

    protected override async Task<Func<Task>> HoldWriterAsync()
    {
        var held = new EventStreamName("held");
        var other = await HeldStream.TakeAsync(schema, held, _stop);
        var write = _store.AppendAsync(held, ExpectedVersion.Any, [new NewEvent(Saved(0), Noon)], _stop).AsTask();
        await other.IsWaitedForAsync(_stop);
        return async () =>
        {
            await other.DisposeAsync();
            await write;
        };
    }

    protected override async Task<List<string>> DumpAsync()
    {
        var rows = new List<string>();
        foreach (var table in MartenSchema.FoldedTables)
            rows.AddRange((await schema.QueryAsync($"SELECT * FROM {table}")).Order(StringComparer.Ordinal).Select(row => $"{table} {row}"));
        return rows;
    }

    protected override Task SpoilAsync() => schema.ExecuteAsync(
        "DELETE FROM account; DELETE FROM searched_name; DELETE FROM group_member; UPDATE stored_value SET value = '\\xff'; INSERT INTO privacy_list VALUES ('X', '{}')");

    protected override Task<long> RebuildAsync() => _store.RebuildAsync(_stop);

    [Fact]
    public async Task A_reader_waits_for_a_transaction_under_way_and_passes_over_none()
    {
        // A transaction of another process that has its number and no commit yet; then one that has both.
        await using var slow = await NpgsqlDataSource.Create(schema.Options.Connection).OpenConnectionAsync(_stop);
        var transaction = await slow.BeginTransactionAsync(_stop);
        await ExecuteAsync($"SELECT pg_advisory_xact_lock_shared({StoreLocks.Appending(schema.Options.Schema)})");
        await ExecuteAsync($"SELECT nextval('{schema.Options.Schema}.mt_events_sequence')");
        var kept = (await _store.AppendAsync(Stream, ExpectedVersion.Any, [new NewEvent(Saved(1), Noon)], _stop))[0].Envelope.Stream.Value;

        var reading = _store.ReadAllAsync(0, _stop).ToListAsync(_stop).AsTask();
        await ExecuteAsync(
            $"""
            INSERT INTO {schema.Options.Schema}.mt_streams (id, version) VALUES ('late', 1);
            INSERT INTO {schema.Options.Schema}.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, headers)
            SELECT 1, gen_random_uuid(), 'late', 1, data, type, timestamp, tenant_id, headers FROM {schema.Options.Schema}.mt_events WHERE seq_id = 2
            """);
        Assert.False(reading.IsCompleted);
        await transaction.CommitAsync(_stop);

        Assert.Equal(["late", kept], (await reading).Select(stored => stored.Envelope.Stream.Value));

        async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, slow);
            await command.ExecuteNonQueryAsync(_stop);
        }
    }

    [Fact]
    public async Task A_number_that_was_given_up_holds_nobody_up()
    {
        await schema.QueryAsync("SELECT nextval('mt_events_sequence')");
        await _store.AppendAsync(Stream, ExpectedVersion.Any, [new NewEvent(Saved(1), Noon)], _stop);
        await schema.QueryAsync("SELECT nextval('mt_events_sequence')");
        await _store.AppendAsync(Stream, ExpectedVersion.Any, [new NewEvent(Saved(2), Noon)], _stop);

        Assert.Equal([2, 4], (await _store.ReadAllAsync(0, _stop).ToListAsync(_stop)).Select(stored => stored.Position));
    }

    [Fact]
    public async Task A_stored_event_whose_fields_are_not_its_own_is_named_and_not_passed_over()
    {
        await _store.AppendAsync(Stream, ExpectedVersion.Any, [new NewEvent(Saved(1), Noon)], _stop);
        await schema.ExecuteAsync("""UPDATE mt_events SET data = '{"user":7}'""");

        var failure = await Assert.ThrowsAsync<StoreCorruptException>(async () => await _store.ReadAllAsync(0, _stop).CountAsync(_stop));
        Assert.Contains("storage.item-saved", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_marks_that_Marten_leaves_where_an_append_failed_are_no_events_and_hold_nobody_up()
    {
        await _store.AppendAsync(Stream, ExpectedVersion.Any, [new NewEvent(Saved(1), Noon)], _stop);
        await schema.ExecuteAsync("ALTER TABLE stored_value ADD CONSTRAINT no_seven CHECK (item_key <> 7)");
        try
        {
            // More of them in a row than are read in one go.
            var failing = Enumerable.Repeat(new NewEvent(Saved(7), Noon), ReadPageEvents + 1).ToList();
            await Assert.ThrowsAsync<StoreRefusedException>(async () => await _store.AppendAsync(Stream, ExpectedVersion.Any, failing, _stop));
        }
        finally
        {
            await schema.ExecuteAsync("ALTER TABLE stored_value DROP CONSTRAINT no_seven");
        }

        // Marten writes them a little later, in a transaction of its own.
        while ((await schema.QueryAsync("SELECT count(*) FROM mt_events WHERE type = 'tombstone'"))[0] != $"{ReadPageEvents + 1}")
            await Task.Yield();

        await _store.AppendAsync(Stream, ExpectedVersion.Any, [new NewEvent(Saved(2), Noon)], _stop);
        Assert.Equal([1u, 2u], (await _store.ReadAllAsync(0, _stop).ToListAsync(_stop)).Select(stored => ((UserStorageItemSaved)stored.Envelope.Payload).Key));
        Assert.Equal(2, await _store.RebuildAsync(_stop));
    }

    [Fact]
    public async Task A_write_that_cannot_be_stored_takes_no_other_with_it()
    {
        await schema.ExecuteAsync("ALTER TABLE stored_value ADD CONSTRAINT no_seven CHECK (item_key <> 7)");
        try
        {
            var release = await HoldWriterAsync();
            var writes = new uint[] { 1, 7, 3 }.Select(key => (Key: key, Task: Values.Storage.SaveAsync(new UserId("alice"), [new StoredItem(key, [1])], _stop).AsTask())).ToList();
            await release();

            Assert.Equal(StorageSave.Saved, await writes[0].Task);
            await Assert.ThrowsAsync<StoreRefusedException>(() => writes[1].Task);
            Assert.Equal(StorageSave.Saved, await writes[2].Task);
            Assert.Equal(2, await _store.ReadStreamAsync(Stream, 0, _stop).CountAsync(_stop));
        }
        finally
        {
            await schema.ExecuteAsync("ALTER TABLE stored_value DROP CONSTRAINT no_seven");
        }
    }
}

[Trait("Needs", "Servers")]
public sealed class SharedPostgresStoreTests(PostgresSchema schema) : SharedEventStoreContract, IClassFixture<PostgresSchema>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await schema.OpenEmptyAsync();

    public override async ValueTask DisposeAsync() => await schema.CloseAsync();

    protected override async Task<IEventStore> OpenAsync() => await schema.OpenAsync();
}
