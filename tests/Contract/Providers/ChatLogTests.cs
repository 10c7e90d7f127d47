using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.ProviderSuite;
using Sametime.Services.Providers.ChatLog;
using Sametime.Services.Providers.Sqlite;
using Sametime.Tests.Kit.Providers;
using Xunit;

namespace Sametime.Tests.Contract.Providers;

public sealed class SqliteChatLogTests : CommunityChatLogContract
{
    private readonly TemporaryStore _temporary = new();
    private readonly SqliteEventStore _store;

    public SqliteChatLogTests() => _store = _temporary.Open();

    private protected override Stored Opened => new(_store, _store, new SqliteChatLines(_store, TimeProvider.System));

    public override ValueTask DisposeAsync() => _temporary.DisposeAsync();

    private protected override ValueTask EraseAsync(string user) => _store.Keys.EraseAsync([_store.Keys.Find(user)!.Id], TestContext.Current.CancellationToken);

    private protected override Task RebuildAsync() => _store.RebuildAsync(TestContext.Current.CancellationToken);

    private protected override Task<List<string>> DumpAsync() => Task.FromResult(_store.Read(session => SqliteChatFolding.FoldedTables
        .SelectMany(table => session.List($"SELECT * FROM {table}", row => string.Join('|', Enumerable.Range(0, row.FieldCount).Select(i => row.GetValue(i).ToString()))))
        .Order(StringComparer.Ordinal).ToList()));

    private protected override Task SpoilAsync() => _store.WriteAsync(
        write => write.Session.Execute("DELETE FROM chat_line WHERE sequence % 2 = 1; INSERT INTO open_chat VALUES (9, 9, 'never')"), TestContext.Current.CancellationToken);
}

public sealed class InMemoryChatLogTests : ChatLogContract
{
    private readonly InMemoryChatLog _log = new() { PageEntriesMax = PageEntriesMax };

    protected override IChatLogProvider Log => _log;

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected override Task<IReadOnlyList<ChatLogRead>> ReadingsAsync() => Task.FromResult<IReadOnlyList<ChatLogRead>>(_log.Reads);
}
