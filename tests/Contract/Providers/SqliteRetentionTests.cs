using Sametime.Services.Providers.Sqlite;

namespace Sametime.Tests.Contract.Providers;

public sealed class SqliteRetentionTests : RetentionContract
{
    private readonly TemporaryStore _temporary = new();

    public override ValueTask DisposeAsync() => _temporary.DisposeAsync();

    private protected override Task<RetainedStore> OpenAsync()
    {
        var store = _temporary.Open(new SqliteStoreOptions { DataDirectory = _temporary.Options.DataDirectory, ReadPageEvents = 5 });
        return Task.FromResult(new RetainedStore(store, store, store, new SqliteChatLines(store, TimeProvider.System), new SqliteRetention(store)));
    }
}
