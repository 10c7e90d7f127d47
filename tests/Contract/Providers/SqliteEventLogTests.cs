using Sametime.Services.Providers.Sqlite;

namespace Sametime.Tests.Contract.Providers;

public sealed class SqliteEventLogTests : CommunityLogContract
{
    private readonly TemporaryStore _temporary = new();

    public override ValueTask DisposeAsync() => _temporary.DisposeAsync();

    private protected override Task<Opened> OpenCommunityAsync(TimeProvider time)
    {
        var options = new SqliteStoreOptions
        {
            DataDirectory = _temporary.Options.DataDirectory,
            ReadPageEvents = ReadPageEvents,
            CommitEventsMax = CommitEventsMax,
        };
        var store = _temporary.Open(options, time: time);
        return Task.FromResult(new Opened(store, store, _temporary.OpenDirectory(store), () => store.RebuildAsync(CancellationToken.None)));
    }
}
