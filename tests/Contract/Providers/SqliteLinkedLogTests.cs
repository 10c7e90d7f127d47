using Microsoft.Data.Sqlite;
using Sametime.Services.Providers.Sqlite;
using Xunit;

namespace Sametime.Tests.Contract.Providers;

public sealed class SqliteLinkedLogTests : LinkedLogContract
{
    private readonly TemporaryStore _temporary = new();

    protected override string Unlink => "UPDATE event SET link = NULL; DELETE FROM store_head";

    public override ValueTask DisposeAsync() => _temporary.DisposeAsync();

    protected override string StatementsOf(Tampering tampering, long third) => tampering switch
    {
        Tampering.AlteredField => $"UPDATE event SET fields = replace(fields, 'south', 'north') WHERE position = {third}",
        Tampering.AlteredTime => $"UPDATE event SET occurred = occurred - 1 WHERE position = {third}",
        Tampering.AlteredCause => $"UPDATE event SET causation = NULL WHERE position = {third}",
        Tampering.AlteredName => $"UPDATE event SET name = 'community.hub-left' WHERE position = {third}",
        Tampering.Removed => $"DELETE FROM event WHERE position = {third}",
        Tampering.TailCut => $"DELETE FROM event WHERE position > {third} AND stream = '{North}'",
        Tampering.TailCutAndItsEndMoved => StatementsOf(Tampering.TailCut, third)
            + $"; UPDATE store_head SET link = (SELECT link FROM event WHERE position = {third}) WHERE stream = '{North}'",
        Tampering.Swapped => $"""
            CREATE TEMP TABLE two AS SELECT sequence, fields, link FROM event WHERE stream = '{North}' AND sequence IN (3, 4);
            UPDATE event SET fields = (SELECT fields FROM two WHERE two.sequence = 7 - event.sequence), link = (SELECT link FROM two WHERE two.sequence = 7 - event.sequence)
            WHERE stream = '{North}' AND sequence IN (3, 4)
            """,
        Tampering.Unlinked => $"UPDATE event SET link = NULL WHERE position = {third}",
        Tampering.Added => $"""
            INSERT INTO event (stream, sequence, name, version, fields, hub, incarnation, occurred, recorded, link)
            SELECT stream, 99, name, version, fields, hub, incarnation, occurred, recorded, link FROM event WHERE position = {third}
            """,
        Tampering.StreamRemoved => $"DELETE FROM event WHERE stream = '{North}'",
        _ => throw new ArgumentOutOfRangeException(nameof(tampering)),
    };

    protected override async Task ExecuteAsync(string statements)
    {
        await using var connection = new SqliteConnection($"Data Source={_temporary.Options.FilePath};Pooling=False");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = statements;
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private protected override Task<Opened> OpenAsync()
    {
        var store = _temporary.Open(new SqliteStoreOptions { DataDirectory = _temporary.Options.DataDirectory, ReadPageEvents = 3 });
        return Task.FromResult(new Opened(store, store, store, _temporary.OpenDirectory(store), () => store.LinkHistoryAsync(TestContext.Current.CancellationToken)));
    }
}
