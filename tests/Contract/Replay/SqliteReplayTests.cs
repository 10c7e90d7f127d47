using Microsoft.Data.Sqlite;
using Sametime.Contracts.Providers;
using Sametime.Services.Providers.Views;
using Sametime.Tests.Contract.Providers;

namespace Sametime.Tests.Contract.Replay;

public sealed class SqliteReplayTests : ReplayContract
{
    private readonly TemporaryStore _temporary = new();

    public override ValueTask DisposeAsync() => _temporary.DisposeAsync();

    private protected override async Task<(IEventLog Log, IEventStore Events)> OpenAsync()
    {
        var store = _temporary.Open();
        await AnalystViews.EnsureAsync(store, CancellationToken.None);
        await AnalystViews.EnsureAsync(store, CancellationToken.None); // a second time does no harm
        return (store, store);
    }

    protected override async Task<List<string>> QueryAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={_temporary.Options.FilePath};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // questions of the tests
        command.CommandText = sql;
#pragma warning restore CA2100
        await using var rows = await command.ExecuteReaderAsync();
        var found = new List<string>();
        while (await rows.ReadAsync())
            found.Add(string.Join('|', Enumerable.Range(0, rows.FieldCount).Select(i => rows.GetValue(i).ToString())));
        return found;
    }
}
