using System.Net;
using System.Net.Sockets;
using Npgsql;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers.Marten;
using Sametime.Services.Providers.Subjects;
using Sametime.Tests.Kit.Ends;
using Sametime.Tests.Kit.Servers;
using Xunit;

namespace Sametime.Tests.Contract.Providers.Postgres;

/// <summary>What the store does when the database is away, cut off, locked, or not allowed to us.</summary>
[Trait("Needs", "Servers")]
public sealed class PostgresFailureTests(PostgresSchema schema) : IClassFixture<PostgresSchema>, IAsyncDisposable
{
    private static readonly UserId Alice = new("alice");

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync() => await schema.CloseAsync();

    [Fact]
    public async Task Connections_cut_in_the_middle_of_writes_lose_nothing_that_was_acknowledged()
    {
        const int writers = 8, cuts = 10, writesBetweenCuts = 20;
        await schema.OpenEmptyAsync();
        var store = await schema.OpenAsync(With(options => options.Connection += $";Application Name={schema.Options.Schema}"));
        var storage = new MartenUserStorage(store, new UserStorageLimits());
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(_stop);
        var acknowledged = 0;
        var failed = 0;
        var last = new byte[writers];
        var writing = Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            for (byte value = 1; !enough.IsCancellationRequested; value = (byte)(value % 250 + 1))
            {
                try
                {
                    await storage.SaveAsync(new UserId($"user{writer}"), [new StoredItem(1, [value])], CancellationToken.None);
                    last[writer] = value;
                    Interlocked.Increment(ref acknowledged);
                }
                catch (StoreUnavailableException)
                {
                    // Whether it was stored is not known, so the same is stored again.
                    Interlocked.Increment(ref failed);
                    value--;
                }
            }
        }, _stop)).ToArray();

        for (var cut = 1; cut <= cuts; cut++)
        {
            while (Volatile.Read(ref acknowledged) < cut * writesBetweenCuts)
                await Task.Yield();

            // Those who were cut the last time may be without a connection at this moment.
            await Eventually.IsAsync(
                async () => (await schema.QueryAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{schema.Options.Schema}'")).Count > 0,
                "there is a connection to end", _stop);
        }

        await enough.CancelAsync();
        await Task.WhenAll(writing);

        // Most are done once more and not noticed; what was cut at its commit failed, whether or not it was stored.
        for (var writer = 0; writer < writers; writer++)
            Assert.Equal(last[writer], (await storage.LoadAsync(new UserId($"user{writer}"), [1], _stop))[0].Value.Span[0]);
        var stored = await store.ReadAllAsync(0, _stop).CountAsync(_stop);
        Assert.InRange(stored, acknowledged, acknowledged + failed);
    }

    [Theory]
    [InlineData(true, "Postgres:ConnectTimeout")]
    [InlineData(false, "PostgreSQL does not answer")]
    public async Task A_database_that_is_away_or_silent_is_given_up_and_never_answers_empty(bool isSilent, string says)
    {
        // One that takes connections and says nothing; or nobody, at a port that is never given away.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = isSilent ? ((IPEndPoint)silent.LocalEndpoint).Port : 1;
        var options = new PostgresOptions
        {
            Connection = $"Host=127.0.0.1;Port={port};Username=nobody;Password=secret;Database=none", ConnectTimeout = TimeSpan.FromSeconds(1),
        };

        var opening = MartenEventStore.OpenAsync(options, TestKeys.Store, new SubjectOptions(), new EventSource(1, 1), TimeProvider.System, _stop);
        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(() => opening.ForAsync("the database is given up", _stop));

        Assert.Contains(says, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_that_another_process_keeps_locked_fails_within_the_command_timeout_and_works_again_after()
    {
        await schema.OpenEmptyAsync();
        var storage = new MartenUserStorage(await schema.OpenAsync(With(options => options.CommandTimeout = TimeSpan.FromSeconds(1))), new UserStorageLimits());
        await using (await HeldStream.TakeAsync(schema, EventStreamName.User(Alice), _stop))
        {
            var failure = await Assert.ThrowsAsync<StoreUnavailableException>(async () => await storage.SaveAsync(Alice, [new StoredItem(1, [1])], _stop));
            Assert.Contains("CommandTimeout", failure.Message, StringComparison.Ordinal);
            Assert.Equal(Opaque.Empty, (await storage.LoadAsync(Alice, [1], _stop))[0].Value);
        }

        Assert.Equal(StorageSave.Saved, await storage.SaveAsync(Alice, [new StoredItem(1, [1])], _stop));
    }

    [Fact]
    public async Task Processes_that_open_a_new_store_at_once_make_its_tables_once()
    {
        await using var fresh = new PostgresSchema();
        await fresh.InitializeAsync();
        var opened = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => fresh.OpenAsync())));

        for (var i = 0; i < opened.Length; i++)
            Assert.Equal(StorageSave.Saved, await new MartenUserStorage(opened[i], new UserStorageLimits()).SaveAsync(Alice, [new StoredItem((uint)i, [1])], _stop));
        Assert.Single(await fresh.QueryAsync("SELECT version FROM store_version"));
    }

    [Fact]
    public async Task Another_process_that_makes_the_tables_is_waited_for_as_long_as_is_set()
    {
        await using var fresh = new PostgresSchema();
        await fresh.InitializeAsync();
        var options = new PostgresOptions { Connection = fresh.Options.Connection, Schema = fresh.Options.Schema, SchemaTimeout = TimeSpan.FromSeconds(1) };
        await using (var source = NpgsqlDataSource.Create(fresh.Options.Connection))
        await using (var other = await source.OpenConnectionAsync(_stop))
        {
            await using var take = new NpgsqlCommand($"SELECT pg_advisory_lock({StoreLocks.Schema(fresh.Options.Schema)})", other);
            await take.ExecuteNonQueryAsync(_stop);
            await Assert.ThrowsAsync<StoreUnavailableException>(() => fresh.OpenAsync(options).ForAsync("the tables are not waited for any more", _stop));
        }

        await fresh.OpenAsync(options);
    }

    [Fact]
    public async Task A_user_who_may_not_make_the_tables_is_told_what_is_missing()
    {
        var role = $"guest_{Guid.CreateVersion7():N}";
        await schema.OpenAsync();
        await schema.ExecuteAsync($"CREATE ROLE {role} LOGIN PASSWORD 'guest'");
        try
        {
            var connection = new NpgsqlConnectionStringBuilder(schema.Options.Connection) { Username = role, Password = "guest" };
            var options = new PostgresOptions { Connection = connection.ConnectionString, Schema = $"{schema.Options.Schema[..20]}_b" };

            var failure = await Assert.ThrowsAsync<StoreUnavailableException>(() => MartenEventStore.OpenAsync(options, TestKeys.Store, new SubjectOptions(), new EventSource(1, 1), TimeProvider.System, _stop));

            Assert.Contains($"{role} may not make the tables of schema {options.Schema}: grant CREATE", failure.Message, StringComparison.Ordinal);
        }
        finally
        {
            await schema.ExecuteAsync($"DROP ROLE {role}");
        }
    }

    [Fact]
    public async Task A_schema_of_a_newer_program_is_refused()
    {
        await schema.OpenAsync();
        await schema.ExecuteAsync("UPDATE store_version SET version = 99");

        var failure = await Assert.ThrowsAsync<StoreCorruptException>(() => schema.OpenAsync());

        await schema.ExecuteAsync($"UPDATE store_version SET version = {MartenSchema.Version}");
        Assert.Contains("newer", failure.Message, StringComparison.Ordinal);
    }

    private PostgresOptions With(Action<PostgresOptions> change)
    {
        var options = new PostgresOptions { Connection = schema.Options.Connection, Schema = schema.Options.Schema };
        change(options);
        return options;
    }
}
