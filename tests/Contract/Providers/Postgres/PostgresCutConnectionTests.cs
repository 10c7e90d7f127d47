using Npgsql;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers.ChatLog;
using Sametime.Services.Providers.Marten;
using Sametime.Services.Providers.Outbox;
using Sametime.Services.Providers.Retention;
using Sametime.Services.Providers.Views;
using Sametime.Tests.Kit.Ends;
using Xunit;

namespace Sametime.Tests.Contract.Providers.Postgres;

/// <summary>
/// The database has ended all connections while nobody used them, as a restart does. Whoever comes next notices nothing; only where it is
/// not known whether a transaction was committed he is told so.
/// </summary>
[Trait("Needs", "Servers")]
public sealed class PostgresCutConnectionTests(PostgresSchema schema) : IClassFixture<PostgresSchema>, IAsyncLifetime
{
    private const int Rounds = 2; // the first and the second time

    private static readonly Dictionary<string, Func<Opened, int, CancellationToken, Task>> Uses = new(StringComparer.Ordinal)
    {
        ["a value is stored"] = async (at, i, stop) =>
            Assert.Equal(StorageSave.Saved, await at.Storage.SaveAsync(new UserId($"saver{i}"), [new StoredItem(1, [1])], stop)),
        ["values are loaded"] = async (at, _, stop) => Assert.Equal([1], (await at.Storage.LoadAsync(Known, [1], stop))[0].Value),
        ["a privacy list is stored"] = async (at, i, stop) =>
            await at.Privacy.SaveAsync(Known, i == 0 ? PrivacyInfo.Nobody : PrivacyInfo.Everybody, stop),
        ["a privacy list is loaded"] = async (at, _, stop) => Assert.NotNull(await at.Privacy.LoadAsync(Known, stop)),
        ["a user is added"] = async (at, i, stop) =>
            Assert.Equal(DirectoryChange.Done, await at.Directory.AddUserAsync(new UserRecord(new UserId($"user{i}"), "User", []), "h", stop)),
        ["a user is looked for"] = async (at, _, stop) => Assert.NotNull(await at.Directory.FindUserAsync(Known, stop)),
        ["the directory is browsed"] = async (at, _, stop) =>
            Assert.NotEqual(BrowsePage.Empty, await at.Directory.BrowseAsync(BrowsePoint.From("a"), 10, stop)),
        ["facts of another process are recorded"] = async (at, i, stop) =>
            Assert.Equal(1, await at.Store.RecordAsync([Stated(EventStreamName.Hub(2, 7), i + 1, new HubJoined(3, 1, "south"))], stop)),
        ["a line of a conversation is recorded"] = async (at, i, stop) =>
        {
            var line = new ChatLineCaptured(default, Known, default, new UserId($"partner{i}"), ChatContent.Text, "hi");
            Assert.Equal(1, await at.Store.RecordAsync([Stated(EventStreamName.Chat(2, 7), i + 1, line)], stop));
        },
        ["an event is appended after a version"] = async (at, i, stop) =>
        {
            var stored = await at.Store.AppendAsync(new EventStreamName("counted"), i, [new NewEvent(new GroupRemoved("g"), Noon)], stop);
            Assert.Equal(i + 1, Assert.Single(stored).Envelope.Sequence);
        },
        ["a stream is read"] = async (at, _, stop) =>
            Assert.NotEmpty(await at.Store.ReadStreamAsync(EventStreamName.User(Known), 0, stop).ToListAsync(stop)),
        ["the log is read"] = async (at, _, stop) => Assert.NotEmpty(await at.Store.ReadAllAsync(0, stop).ToListAsync(stop)),
        ["the log is measured"] = async (at, _, stop) => Assert.NotEqual(0, (await at.Store.MeasureAsync(stop)).Last),
        ["a time is looked for in the log"] = async (at, _, stop) =>
            Assert.NotEqual(0, await at.Store.PositionBeforeAsync(DateTimeOffset.MaxValue, stop)),
        ["conversations are searched"] = async (at, _, stop) => Assert.Empty(await at.Lines.FindAsync(new ChatLogQuery(), 10, stop)),
        ["conversations of a dead hub are marked"] = async (at, i, stop) => Assert.Equal(0, await at.Lines.InterruptAsync(1, (uint)i, stop)),
        ["a legal hold is placed"] = async (at, i, stop) => await at.Holds.PlaceAsync(new UserId($"held{i}"), "a court", "operator", stop),
        ["the keys of persons are asked"] = async (at, i, stop) => Assert.Null(await at.Store.Part.Keys.FindAsync($"nobody{i}", stop)),
        ["a person gets a key"] = async (at, i, stop) =>
            Assert.NotNull((await at.Store.Part.Keys.FindOrMakeAsync([$"person{i}"], stop))[$"person{i}"].Key),
        ["a person is erased"] = async (at, i, stop) =>
        {
            var person = (await at.Store.Part.Keys.FindOrMakeAsync([$"gone{i}"], stop))[$"gone{i}"];
            await at.CutAllAsync();
            await at.Store.Part.Keys.EraseAsync([person.Id], stop);
            Assert.Null(await at.Store.Part.Keys.FindAsync($"gone{i}", stop));
        },
        ["a plane is registered"] = async (at, _, stop) => await at.Outbox.RegisterAsync(stop),
        ["the lead of a plane is taken"] = async (at, _, stop) =>
        {
            await using var lead = await at.Outbox.TryLeadAsync(stop);
            Assert.NotNull(lead);
        },
        ["it is asked how far a plane is"] = async (at, _, stop) => Assert.Null(await at.Persons.IsForwardedAsync(1, stop)),
        ["events are removed after their time"] = async (at, i, stop) =>
        {
            var options = new RetentionOptions { Community = TimeSpan.FromDays(2) };
            var retention = new EventRetention(new MartenRetention(at.Store), at.Store, at.Store, at.Holds, options, TimeProvider.System);
            Assert.Equal(i == 0 ? 1 : 0, (await retention.ApplyAsync(TimeProvider.System.GetUtcNow().AddDays(3), stop)).Count);
        },
        ["links are verified"] = async (at, _, stop) => Assert.True((await at.Store.VerifyLinksAsync(null, stop)).IsWhole),
        ["links are made"] = async (at, _, stop) => Assert.Equal(0, await at.Store.LinkHistoryAsync(stop)),
        ["current values are compared"] = async (at, _, stop) =>
            Assert.DoesNotContain(await at.Store.CompareAsync(stop), check => check.Differences > 0),
        ["tables are freed of what was deleted"] = async (at, _, stop) => await at.Persons.PurgeAsync(stop),
        ["views are made"] = async (at, _, stop) => await AnalystViews.EnsureAsync(at.Store, stop),
    };

    private static readonly DateTimeOffset Noon = DateTimeOffset.UnixEpoch.AddHours(12);
    private static readonly UserId Known = new("known");

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;
    private Opened _at = null!;

    public static TheoryData<string> Names => [.. Uses.Keys];

    public async ValueTask InitializeAsync()
    {
        await schema.OpenEmptyAsync();
        await schema.CloseAsync();
        var named = new PostgresOptions { Connection = $"{schema.Options.Connection};Application Name={schema.Options.Schema}" };
        (named.Schema, named.ConnectTimeout, named.CommandTimeout) = (schema.Options.Schema, schema.Options.ConnectTimeout, schema.Options.CommandTimeout);
        _at = new Opened(await schema.OpenAsync(named), CutAllAsync);
        await _at.Directory.AddUserAsync(new UserRecord(Known, "Known", []), "hash", _stop);
        await _at.Storage.SaveAsync(Known, [new StoredItem(1, [1])], _stop);
        await _at.Privacy.SaveAsync(Known, PrivacyInfo.Everybody, _stop);
        await _at.Store.RecordAsync([Stated(EventStreamName.Hub(2, 6), 1, new HubJoined(3, 1, "south"))], _stop);
    }

    public async ValueTask DisposeAsync() => await schema.CloseAsync();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Whoever_comes_after_all_connections_were_ended_notices_nothing(string use)
    {
        for (var round = 0; round < Rounds; round++)
        {
            await CutAllAsync();
            await Uses[use](_at, round, _stop);
        }
    }

    [Fact]
    public async Task Each_of_many_saves_after_all_connections_were_ended_is_acknowledged_and_stored_once()
    {
        const int saves = 40;
        var before = await _at.Store.ReadAllAsync(0, _stop).CountAsync(_stop);
        for (var i = 1; i <= saves; i++)
        {
            // His own, and that of somebody of whom nothing was ever kept.
            await CutAllAsync();
            var user = i % 2 == 0 ? Known : new UserId($"new{i}");
            Assert.Equal(StorageSave.Saved, await _at.Storage.SaveAsync(user, [new StoredItem(2, [(byte)i])], _stop));
        }

        var facts = await _at.Store.ReadAllAsync(0, _stop).Skip(before)
            .Select(stored => (UserStorageItemSaved)stored.Envelope.Payload).ToListAsync(_stop);
        Assert.Equal(Enumerable.Range(1, saves).Select(i => (byte)i), facts.Select(saved => saved.Value.Span[0]));
        Assert.True((await _at.Store.VerifyLinksAsync(null, _stop)).IsWhole);
        Assert.DoesNotContain(await _at.Store.CompareAsync(_stop), check => check.Differences > 0);
    }

    [Fact]
    public async Task A_transaction_that_is_cut_before_it_was_told_to_commit_is_done_once_more_and_stands_once()
    {
        await CutOnceAsync("AFTER INSERT ON mt_events FOR EACH ROW");

        Assert.Equal(StorageSave.Saved, await _at.Storage.SaveAsync(Known, [new StoredItem(2, [2])], _stop));

        Assert.Equal(["2"], await AttemptsAsync());
        Assert.Equal([1u, 2u], await KeysSavedAsync());
    }

    [Fact]
    public async Task A_transaction_that_is_cut_at_its_commit_is_not_done_again_since_nobody_knows_what_became_of_it()
    {
        await CutOnceAsync("AFTER INSERT ON mt_events DEFERRABLE INITIALLY DEFERRED FOR EACH ROW", "CONSTRAINT");

        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await _at.Storage.SaveAsync(Known, [new StoredItem(2, [2])], _stop));
        Assert.Equal(["1"], await AttemptsAsync());
        Assert.Equal([1u], await KeysSavedAsync());

        // The directory goes another way to its transaction.
        await schema.ExecuteAsync("ALTER SEQUENCE attempts RESTART");
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await _at.Directory.SetHomeAsync(Known, "north", _stop));
        Assert.Equal(["1"], await AttemptsAsync());

        Assert.Equal(StorageSave.Saved, await _at.Storage.SaveAsync(Known, [new StoredItem(2, [2])], _stop));
        Assert.Equal([1u, 2u], await KeysSavedAsync());
    }

    [Fact]
    public async Task A_database_that_ends_a_connection_each_time_is_given_up_after_the_second()
    {
        await CutOnceAsync("AFTER INSERT ON mt_events FOR EACH ROW", times: 2);

        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await _at.Storage.SaveAsync(Known, [new StoredItem(2, [2])], _stop));

        Assert.Equal(["2"], await AttemptsAsync());
        Assert.Equal([1u], await KeysSavedAsync());
    }

    [Fact]
    public async Task Who_was_refused_already_is_not_asked_again_when_the_others_of_his_commit_are_done_once_more()
    {
        // Both come into one commit, in which the second waits for the key of a new person while the connection is cut.
        var other = await schema.OpenAsync();
        var (busy, moving) = (new EventStreamName("busy"), new EventStreamName("moving"));
        await using var held = await HeldStream.TakeAsync(schema, busy, _stop);
        var first = _at.Store.AppendAsync(busy, ExpectedVersion.Any, [new NewEvent(new GroupRemoved("g"), Noon)], _stop).AsTask();
        await held.IsWaitedForAsync(_stop);
        var refused = _at.Store.AppendAsync(moving, 1, [new NewEvent(new GroupRemoved("refused"), Noon)], _stop).AsTask();
        var kept = _at.Storage.SaveAsync(new UserId("newcomer"), [new StoredItem(1, [1])], _stop).AsTask();
        await using (var keys = await NpgsqlDataSource.Create(schema.Options.Connection).OpenConnectionAsync(_stop))
        {
            await using var transaction = await keys.BeginTransactionAsync(_stop);
            var table = $"{PostgresSubjectKeys.SchemaOf(schema.Options)}.subject";
            await using (var take = new NpgsqlCommand($"LOCK TABLE {table} IN SHARE MODE", keys, transaction))
                await take.ExecuteNonQueryAsync(_stop);
            await held.DisposeAsync();
            await first;
            await Assert.ThrowsAsync<StreamVersionException>(() => refused);
            while ((await schema.QueryAsync("SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'relation'")).Count == 0)
                _stop.ThrowIfCancellationRequested();
            Assert.Equal(["True"], await EndAsync("AND state = 'idle in transaction'"));
            await other.AppendAsync(moving, 0, [new NewEvent(new GroupRemoved("other"), Noon)], _stop);
        }

        Assert.Equal(StorageSave.Saved, await kept);
        var events = await _at.Store.ReadStreamAsync(moving, 0, _stop).ToListAsync(_stop);
        Assert.Equal(["other"], events.Select(stored => ((GroupRemoved)stored.Envelope.Payload).Group));
    }

    private async Task CutAllAsync()
    {
        var ended = await EndAsync("");
        Assert.NotEmpty(ended);
        Assert.DoesNotContain("False", ended);
    }

    // Ended, not only told to end; the server's own wait for that looks ten times a second, for one connection after the other.
    private async Task<List<string>> EndAsync(string which)
    {
        var told = await schema.QueryAsync($"SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{schema.Options.Schema}' {which}");
        var connections = told.Select(row => row.Split('|')).ToArray();
        using var note = Waits.For("connections that were ended to be gone");
        while (connections.Length > 0 && (await schema.QueryAsync(
            $"SELECT 1 FROM pg_stat_activity WHERE pid IN ({string.Join(", ", connections.Select(connection => connection[0]))})")).Count > 0)
            _stop.ThrowIfCancellationRequested();
        return [.. connections.Select(connection => connection[1])];
    }

    /// <summary>From here on the database ends the connection that appends an event, as many times.</summary>
    private Task CutOnceAsync(string when, string kind = "", int times = 1) => schema.ExecuteAsync(
        $"""
        DROP SEQUENCE IF EXISTS attempts;
        CREATE SEQUENCE attempts;
        CREATE OR REPLACE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN
                IF nextval(''{schema.Options.Schema}.attempts'') <= {times} THEN
                    PERFORM pg_terminate_backend(pg_backend_pid());
                    PERFORM pg_sleep(10); -- it ends here
                END IF;
                RETURN NULL;
            END';
        DROP TRIGGER IF EXISTS cut ON mt_events;
        CREATE {kind} TRIGGER cut {when} EXECUTE FUNCTION cut()
        """);

    private Task<List<string>> AttemptsAsync() => schema.QueryAsync("SELECT last_value FROM attempts");

    private async Task<List<uint>> KeysSavedAsync() => await _at.Store.ReadStreamAsync(EventStreamName.User(Known), 0, _stop)
        .Select(stored => stored.Envelope.Payload).OfType<UserStorageItemSaved>().Select(saved => saved.Key).ToListAsync(_stop);

    private static EventEnvelope Stated(EventStreamName stream, long sequence, IEvent fact) =>
        new(stream, sequence, new EventSource(2, 7), Noon, Noon, new EventCause("c"), fact);

    /// <summary>All that is made of one store.</summary>
    private sealed record Opened(MartenEventStore Store, Func<Task> CutAllAsync)
    {
        public MartenUserStorage Storage { get; } = new(Store, new UserStorageLimits());

        public MartenPrivacy Privacy { get; } = new(Store);

        public MartenUserDirectory Directory { get; } = new(Store, new DirectoryLimits());

        public MartenChatLines Lines { get; } = new(Store, TimeProvider.System);

        public LegalHolds Holds { get; } = new(Store, TimeProvider.System);

        public MartenPersonalData Persons { get; } = new(Store);

        public MartenOutbox Outbox { get; } = new(Store, "plane", new OutboxOptions());
    }
}
