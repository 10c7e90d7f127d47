using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Services.Providers.Sqlite;
using Sametime.Services.Providers.Subjects;

namespace Sametime.Tests.Contract.Providers;

/// <summary>An embedded store in a folder of its own, removed at the end.</summary>
internal sealed class TemporaryStore : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _opened = [];

    public SqliteStoreOptions Options { get; } = new() { DataDirectory = Directory.CreateTempSubdirectory("sametime-").FullName };

    public SqliteEventStore Open(SqliteStoreOptions? options = null, uint incarnation = 42, TimeProvider? time = null, StoreKey? key = null)
    {
        var store = SqliteEventStore.Open(options ?? Options, key ?? TestKeys.Store, new SubjectOptions(), new EventSource(1, incarnation), time ?? TimeProvider.System);
        _opened.Add(store);
        return store;
    }

    public SqliteUserDirectory OpenDirectory(SqliteEventStore store, TimeProvider? time = null, DirectoryLimits? limits = null)
    {
        var directory = SqliteUserDirectory.Open(
            store, limits ?? new DirectoryLimits(), time ?? TimeProvider.System, NullLogger<SqliteUserDirectory>.Instance);
        _opened.Add(directory);
        return directory;
    }

    /// <summary>Closes what was opened; the files stay.</summary>
    public async Task CloseAsync()
    {
        foreach (var opened in Enumerable.Reverse(_opened))
            await opened.DisposeAsync();
        _opened.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        Directory.Delete(Options.DataDirectory, recursive: true);
    }
}
