using System.Diagnostics;
using Npgsql;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Services.Providers.Marten;
using Sametime.Services.Providers.Subjects;
using Xunit;

namespace Sametime.Tests.Contract.Providers.Postgres;

[Trait("Needs", "Servers")]
public sealed class PostgresSealingTests : EventSealingContract, IAsyncLifetime
{
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;
    private readonly PostgresSchema _schema = new(); // of its own for each test, since some lose keys
    private string _backup = "";

    private string Keys => PostgresSubjectKeys.SchemaOf(_schema.Options);

    public async ValueTask InitializeAsync() => await _schema.InitializeAsync();

    public override async ValueTask DisposeAsync() => await _schema.DisposeAsync();

    private protected override async Task<SealedStore> OpenAsync(StoreKey? key = null, TimeProvider? time = null)
    {
        var store = await _schema.OpenAsync(key: key, time: time);
        return new SealedStore(
            store, store, store, new MartenUserDirectory(store, new DirectoryLimits()), new MartenUserStorage(store, new UserStorageLimits()), new MartenPrivacy(store),
            new MartenPersonalData(store), () => store.RebuildAsync(_stop));
    }

    // A dump shows bytes as hexadecimal digits.
    protected override async Task<string> EverythingAsync() => await DumpAsync(_schema.Options.Schema, Keys)
        + System.Text.Encoding.Latin1.GetString(Convert.FromHexString(string.Concat(await _schema.QueryAsync("SELECT value FROM stored_value"))));

    protected override async Task BackUpAsync() => _backup = await DumpAsync(_schema.Options.Schema);

    protected override async Task RestoreAsync()
    {
        await _schema.CloseAsync();
        await _schema.ExecuteAsync($"DROP SCHEMA {_schema.Options.Schema} CASCADE");
        await RunAsync("psql", ["-q", "-v", "ON_ERROR_STOP=1"], _backup);
    }

    protected override async Task LoseKeysAsync()
    {
        await _schema.CloseAsync();
        await _schema.ExecuteAsync($"DROP SCHEMA {Keys} CASCADE");
    }

    protected override async Task<List<string>> DumpAsync()
    {
        var rows = new List<string>();
        foreach (var table in MartenSchema.FoldedTables)
            rows.AddRange((await _schema.QueryAsync($"SELECT * FROM {table}")).Order(StringComparer.Ordinal).Select(row => $"{table} {row}"));
        return rows;
    }

    protected override async Task WriteInTheClearAsync(IReadOnlyList<(EventStreamName Stream, IEvent Fact)> facts)
    {
        await (await _schema.OpenAsync()).DisposeAsync();
        foreach (var stream in facts.GroupBy(fact => fact.Stream))
            await _schema.ExecuteAsync($"INSERT INTO mt_streams (id, version) VALUES ('{stream.Key}', {stream.Count()})");
        for (var i = 0; i < facts.Count; i++)
        {
            var written = EventCatalogue.Current.Write(facts[i].Fact);
            var version = facts.Take(i + 1).Count(earlier => earlier.Stream == facts[i].Stream);
            await _schema.ExecuteAsync(
                $$"""
                INSERT INTO mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, headers)
                VALUES (nextval('mt_events_sequence'), gen_random_uuid(), '{{facts[i].Stream}}', {{version}}, '{{written.Json}}', '{{written.Name}}', now(), '*DEFAULT*',
                        '{"hub":1,"incarnation":2,"occurred":"2026-05-06T12:00:00.0000000Z","recorded":"2026-05-06T12:00:00.0000000Z"}')
                """);
        }

        await _schema.ExecuteAsync("DELETE FROM sealing");
        var store = await _schema.OpenAsync();
        await store.RebuildAsync(_stop);
        await _schema.CloseAsync();
    }

    private async Task<string> DumpAsync(params string[] schemas) => await RunAsync("pg_dump", ["--inserts", .. schemas.SelectMany(schema => new[] { "-n", schema })], "");

    // The client programs of the server's own version are not on everybody's path.
    private async Task<string> RunAsync(string program, string[] words, string input)
    {
        var at = new NpgsqlConnectionStringBuilder(_schema.Options.Connection);
        var found = Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin", program)).Where(File.Exists).Order().LastOrDefault() ?? program;
        using var process = Process.Start(new ProcessStartInfo(found, words)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["PGHOST"] = at.Host, ["PGPORT"] = at.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), ["PGUSER"] = at.Username,
                ["PGPASSWORD"] = at.Password, ["PGDATABASE"] = at.Database,
            },
        })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(_stop), process.StandardError.ReadToEndAsync(_stop));
        await process.StandardInput.WriteAsync(input.AsMemory(), _stop);
        process.StandardInput.Close();
        await process.WaitForExitAsync(_stop);
        Assert.True(process.ExitCode == 0, await errors);
        return await output;
    }
}
