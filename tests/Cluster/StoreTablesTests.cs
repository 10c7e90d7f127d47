using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Sametime.Compose;
using Sametime.Compose.Commands;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;
using Sametime.Contracts.Events;
using Sametime.Tests.Kit.Servers;

namespace Sametime.Tests.Cluster;

/// <summary>Tables on PostgreSQL are made and changed by the commands for it, never by a server or another command.</summary>
public sealed class StoreTablesTests : IAsyncLifetime
{
    private readonly DataDirectory _data = new(Directory.CreateTempSubdirectory("sametime-tables-").FullName);
    private readonly string _schema = TestServices.NewName();
    private readonly NpgsqlDataSource _database = NpgsqlDataSource.Create(TestServices.Postgres);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    // There is a key already, as there is where another process of the community was first.
    public async ValueTask InitializeAsync()
    {
        var settings = new { Store = new { Kind = "Postgres" }, Postgres = new { Connection = TestServices.Postgres, Schema = _schema } };
        await File.WriteAllTextAsync(_data.SettingsFile, JsonSerializer.Serialize(settings), Stop);
        await File.WriteAllTextAsync(Path.Combine(_data.Path, "store.key"), RandomNumberGenerator.GetHexString(64), Stop);
    }

    public async ValueTask DisposeAsync()
    {
        await ExecuteAsync($"DROP SCHEMA IF EXISTS {_schema}, {_schema}_subjects CASCADE");
        await _database.DisposeAsync();
        Directory.Delete(_data.Path, recursive: true);
    }

    [Fact]
    public async Task Where_there_are_no_tables_nothing_starts_and_nothing_is_made_until_an_operator_makes_them()
    {
        var refusal = await Assert.ThrowsAsync<CommandException>(() => OpenAsync());
        Assert.Equal($"The database has no tables in schema {_schema}: sametime store init makes them.", refusal.Message);
        Assert.Equal(ExitCode.Failure, refusal.ExitCode);
        Assert.Equal(0, await CountAsync("SELECT count(*) FROM pg_namespace WHERE nspname LIKE $1 || '%'"));

        Assert.Equal(ExitCode.Success, await RunAsync("init"));
        Assert.True(await CountAsync("SELECT count(*) FROM pg_views WHERE schemaname = $1 AND viewname LIKE 'analyst%'") > 1);
        await using var store = await OpenAsync();
        Assert.Empty(await store.Events.ReadAllAsync(0, Stop).ToListAsync(Stop));
    }

    [Fact]
    public async Task Older_tables_are_refused_and_left_alone_until_an_operator_brings_them_up_to_date()
    {
        Assert.Equal(ExitCode.Success, await RunAsync("init"));
        var version = await VersionAsync();
        await ExecuteAsync($"UPDATE {_schema}.store_version SET version = {version - 1}; DROP VIEW {_schema}.analyst_messages");

        var refusal = await Assert.ThrowsAsync<CommandException>(() => OpenAsync());
        Assert.Equal(
            $"The tables in schema {_schema} are of version {version - 1}, and this program needs {version}: sametime store migrate brings them up to date.",
            refusal.Message);
        Assert.Equal(ExitCode.Failure, refusal.ExitCode);
        Assert.Equal(version - 1, await VersionAsync());

        Assert.Equal(ExitCode.Success, await RunAsync("migrate"));
        Assert.Equal(version, await VersionAsync());
        Assert.Equal(1, await CountAsync("SELECT count(*) FROM pg_views WHERE schemaname = $1 AND viewname = 'analyst_messages'"));
        await (await OpenAsync()).DisposeAsync();
    }

    [Fact]
    public async Task Lost_keys_of_persons_are_not_made_anew_by_a_start()
    {
        Assert.Equal(ExitCode.Success, await RunAsync("init"));
        await ExecuteAsync($"DROP SCHEMA {_schema}_subjects CASCADE");

        var refusal = await Assert.ThrowsAsync<CommandException>(() => OpenAsync());

        Assert.StartsWith($"The keys of persons are missing, which belong in schema {_schema}_subjects", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(1, await CountAsync("SELECT count(*) FROM pg_namespace WHERE nspname LIKE $1 || '%'"));
    }

    [Fact]
    public async Task Who_wants_it_has_tables_made_at_a_start()
    {
        await (await OpenAsync("--Store:CreateTables=true")).DisposeAsync();
        await (await OpenAsync()).DisposeAsync();
    }

    private ServerSettings Settings(params string[] words) => ServerSettings.Load(_data, SettingOverrides.Split(words));

    private Task<Store> OpenAsync(params string[] words) =>
        Store.OpenAsync(_data, Settings(words), new EventSource(1, 0), NullLoggerFactory.Instance, Stop);

    private Task<int> RunAsync(string word) => StoreCommand.Define(SettingOverrides.Split([]))
        .Parse([word, "--data", _data.Path]).InvokeAsync(new() { EnableDefaultExceptionHandler = false }, Stop);

    private Task<long> VersionAsync() => CountAsync($"SELECT version::bigint FROM {_schema}.store_version WHERE $1 <> ''");

#pragma warning disable CA2100 // statements of this file, with a name that was drawn
    private async Task<long> CountAsync(string sql)
    {
        await using var command = _database.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter { Value = _schema });
        return (long)(await command.ExecuteScalarAsync(Stop))!;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }
#pragma warning restore CA2100
}
