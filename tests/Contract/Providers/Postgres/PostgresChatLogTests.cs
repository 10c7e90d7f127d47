using Sametime.Services.Providers.Marten;
using Xunit;

namespace Sametime.Tests.Contract.Providers.Postgres;

[Trait("Needs", "Servers")]
public sealed class PostgresChatLogTests(PostgresSchema schema) : CommunityChatLogContract, IClassFixture<PostgresSchema>, IAsyncLifetime
{
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;
    private MartenEventStore _store = null!;

    private protected override Stored Opened => new(_store, _store, new MartenChatLines(_store, TimeProvider.System));

    public async ValueTask InitializeAsync() => _store = await schema.OpenEmptyAsync();

    public override async ValueTask DisposeAsync() => await schema.CloseAsync();

    private protected override async ValueTask EraseAsync(string user) =>
        await _store.Part.Keys.EraseAsync([(await _store.Part.Keys.FindAsync(user, _stop))!.Id], _stop);

    private protected override Task RebuildAsync() => _store.RebuildAsync(_stop);

    private protected override async Task<List<string>> DumpAsync()
    {
        var rows = new List<string>();
        foreach (var table in MartenChatFolding.FoldedTables)
            rows.AddRange(await schema.QueryAsync($"SELECT * FROM {table}"));
        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    private protected override Task SpoilAsync() =>
        schema.ExecuteAsync("DELETE FROM chat_line WHERE sequence % 2 = 1; INSERT INTO open_chat VALUES (9, 9, 'never')");
}
