using Npgsql;
using Sametime.Contracts.Events;
using Sametime.Services.Providers.Marten;
using Sametime.Services.Providers.Subjects;
using Xunit;

namespace Sametime.Tests.Contract.Providers.Postgres;

/// <summary>A schema of its own on a real PostgreSQL, empty at the begin of each test and dropped at the end of the class.</summary>
public sealed class PostgresSchema : IAsyncLifetime
{
    private const string Variable = "SAMETIME_TEST_POSTGRES";

    private readonly List<IAsyncDisposable> _opened = [];
    private NpgsqlDataSource? _administration;

    // Times that a busy machine does not take; a test about a time sets its own.
    internal PostgresOptions Options { get; } = new()
    {
        Schema = $"test_{Guid.CreateVersion7():N}", ConnectTimeout = TimeSpan.FromMinutes(1), CommandTimeout = TimeSpan.FromMinutes(1),
    };

    private static string Connection => Environment.GetEnvironmentVariable(Variable)
        ?? throw new InvalidOperationException($"{Variable} does not name a PostgreSQL to test with: tests/services up starts one");

    private NpgsqlDataSource Administration => _administration ??= NpgsqlDataSource.Create(Connection);

    public ValueTask InitializeAsync()
    {
        Options.Connection = Connection;
        return ValueTask.CompletedTask;
    }

    /// <summary>Opens the store as one more process would.</summary>
    internal async Task<MartenEventStore> OpenAsync(PostgresOptions? options = null, uint incarnation = 42, TimeProvider? time = null, StoreKey? key = null)
    {
        var store = await MartenEventStore.OpenAsync(
            options ?? Options, key ?? TestKeys.Store, new SubjectOptions(), new EventSource(1, incarnation), time ?? TimeProvider.System, TestContext.Current.CancellationToken);
        _opened.Add(store);
        return store;
    }

    /// <summary>Opens the store with nothing in it.</summary>
    internal async Task<MartenEventStore> OpenEmptyAsync()
    {
        var store = await OpenAsync();
        await ExecuteAsync($"TRUNCATE {string.Join(", ", MartenSchema.FoldedTables)}, forwarded, store_head, removed, mt_events, mt_streams, {Options.Schema}_subjects.subject RESTART IDENTITY; ALTER SEQUENCE mt_events_sequence RESTART");
        return store;
    }

    internal async Task ExecuteAsync(string sql)
    {
        await using var command = Administration.CreateCommand($"SET search_path = {Options.Schema}; {sql}");
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The rows of a question, each as its columns joined.</summary>
    internal async Task<List<string>> QueryAsync(string sql)
    {
        await using var connection = await Administration.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand($"SET search_path = {Options.Schema}; {sql}", connection);
        await using var rows = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var found = new List<string>();
        while (await rows.ReadAsync(TestContext.Current.CancellationToken))
        {
            found.Add(string.Join('|', Enumerable.Range(0, rows.FieldCount)
                .Select(i => rows.GetValue(i) is byte[] bytes ? Convert.ToHexString(bytes) : rows.GetValue(i).ToString())));
        }

        return found;
    }

    /// <summary>Closes what the test has opened.</summary>
    internal async Task CloseAsync()
    {
        foreach (var opened in Enumerable.Reverse(_opened))
            await opened.DisposeAsync();
        _opened.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        if (_administration is not null)
        {
            await using (var drop = _administration.CreateCommand($"DROP SCHEMA IF EXISTS {Options.Schema}, {Options.Schema}_subjects CASCADE"))
                await drop.ExecuteNonQueryAsync(CancellationToken.None);
            await _administration.DisposeAsync();
        }
    }
}
