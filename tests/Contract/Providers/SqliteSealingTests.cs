using System.Text;
using Microsoft.Data.Sqlite;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers.Outbox;
using Sametime.Services.Providers.Sqlite;
using Sametime.Services.Providers.Subjects;
using Xunit;

namespace Sametime.Tests.Contract.Providers;

public sealed class SqliteSealingTests : EventSealingContract
{
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;
    private readonly TemporaryStore _temporary = new();
    private readonly string _backup = Directory.CreateTempSubdirectory("sametime-").FullName;

    public override async ValueTask DisposeAsync()
    {
        await _temporary.DisposeAsync();
        Directory.Delete(_backup, recursive: true);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task A_file_of_the_largest_size_is_written_anew_and_a_larger_one_is_not(long larger, bool isAnew)
    {
        await ((SqliteEventStore)(await OpenAsync()).Events).AppendAsync(EventStreamName.Audit, ExpectedVersion.Any, [new NewEvent(new GroupRemoved("g"), default)], _stop);
        await ExecuteAsync("CREATE TABLE much (bytes BLOB); INSERT INTO much VALUES (zeroblob(1000000)); DROP TABLE much; PRAGMA wal_checkpoint(TRUNCATE)");
        await _temporary.CloseAsync();
        var size = new FileInfo(_temporary.Options.FilePath).Length;
        await using var store = SqliteEventStore.Open(
            _temporary.Options, TestKeys.Store, new SubjectOptions { RewriteBytesMax = size - larger }, new EventSource(1, 42), TimeProvider.System);

        await SqlitePurge.RunAsync(store, _stop);

        Assert.Equal(isAnew, new FileInfo(_temporary.Options.FilePath).Length < size / 2);
    }

    [Fact]
    public async Task Where_a_server_runs_a_fact_was_passed_on_when_its_position_is_written_down_and_nobody_passes_any_on_where_none_runs()
    {
        var (store, isServed) = (_temporary.Open(), true);
        var persons = new SqlitePersonalData(store, _temporary.OpenDirectory(store), () => isServed);
        var outbox = new SqliteOutbox(store, new OutboxOptions(), TimeProvider.System);
        await outbox.RegisterAsync(_stop);
        var removed = await persons.RemoveUserAsync(new UserId("alice"), _stop);
        Assert.Equal(false, await persons.IsForwardedAsync(removed, _stop));

        await outbox.SavePositionAsync(removed, _stop);
        Assert.Equal((true, false), (await persons.IsForwardedAsync(removed, _stop), await persons.IsForwardedAsync(removed + 1, _stop)));
        isServed = false;
        Assert.Null(await persons.IsForwardedAsync(removed, _stop));
    }

    private protected override Task<SealedStore> OpenAsync(StoreKey? key = null, TimeProvider? time = null) => Task.Run(() =>
    {
        var store = _temporary.Open(key: key, time: time);
        var directory = _temporary.OpenDirectory(store);
        return new SealedStore(
            store, store, store, directory, new SqliteUserStorage(store, new UserStorageLimits()), new SqlitePrivacy(store),
            new SqlitePersonalData(store, directory, static () => false), () => store.RebuildAsync(_stop));
    });

    protected override async Task<string> EverythingAsync()
    {
        var all = new StringBuilder();
        foreach (var file in Directory.GetFiles(_temporary.Options.DataDirectory))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            all.Append(await reader.ReadToEndAsync(_stop));
        }

        return all.ToString();
    }

    protected override Task BackUpAsync() => ExecuteAsync($"VACUUM INTO '{Path.Combine(_backup, "sametime.db")}'");

    protected override async Task RestoreAsync()
    {
        await _temporary.CloseAsync();
        foreach (var file in (string[])[_temporary.Options.FilePath, _temporary.Options.FilePath + "-wal", _temporary.Options.FilePath + "-shm"])
            File.Delete(file);
        File.Copy(Path.Combine(_backup, "sametime.db"), _temporary.Options.FilePath);
    }

    protected override async Task LoseKeysAsync()
    {
        await _temporary.CloseAsync();
        File.Delete(_temporary.Options.SubjectsFilePath);
    }

    protected override async Task<List<string>> DumpAsync()
    {
        var rows = new List<string>();
        foreach (var table in SqliteSchema.FoldedTables)
            rows.AddRange(await QueryAsync($"SELECT * FROM {table} ORDER BY 1, 2", table));
        return rows;
    }

    protected override async Task WriteInTheClearAsync(IReadOnlyList<(EventStreamName Stream, IEvent Fact)> facts)
    {
        await _temporary.Open().DisposeAsync();
        await ExecuteAsync("DROP TABLE sealing");
        for (var i = 0; i < facts.Count; i++)
        {
            var written = EventCatalogue.Current.Write(facts[i].Fact);
            var sequence = facts.Take(i + 1).Count(earlier => earlier.Stream == facts[i].Stream);
            await ExecuteAsync(
                $"""
                INSERT INTO event (stream, sequence, name, version, fields, hub, incarnation, occurred, recorded)
                VALUES ('{facts[i].Stream}', {sequence}, '{written.Name}', {written.Version}, '{written.Json}', 1, 2, 0, 0)
                """);
        }

        await ExecuteAsync("CREATE TABLE sealing (keys_of TEXT NOT NULL, clear_until INTEGER NOT NULL) STRICT");
        var store = _temporary.Open();
        await store.RebuildAsync(_stop);
        await store.DisposeAsync();
    }

    private async Task ExecuteAsync(string sql) => await QueryAsync(sql, "");

    private async Task<List<string>> QueryAsync(string sql, string prefix)
    {
        await using var connection = new SqliteConnection($"Data Source={_temporary.Options.FilePath};Pooling=False");
        await connection.OpenAsync(_stop);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync(_stop);
        var rows = new List<string>();
        while (await reader.ReadAsync(_stop))
        {
            rows.Add(prefix + " " + string.Join('|', Enumerable.Range(0, reader.FieldCount)
                .Select(i => reader.GetValue(i) is byte[] bytes ? Convert.ToHexString(bytes) : reader.GetValue(i).ToString())));
        }

        return rows;
    }
}
