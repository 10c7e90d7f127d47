using Microsoft.Extensions.Logging;
using Sametime.Compose.Settings;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Services.Providers.Sqlite;

namespace Sametime.Compose.Hosting;

/// <summary>The providers of the embedded default: everything in one file of the data directory.</summary>
internal sealed class EmbeddedStore : IAsyncDisposable
{
    private readonly SqliteEventStore _events;

    private EmbeddedStore(SqliteEventStore events, SqliteUserDirectory directory, UserStorageLimits limits)
    {
        (_events, Directory) = (events, directory);
        Privacy = new SqlitePrivacy(events);
        UserStorage = new SqliteUserStorage(events, limits);
    }

    public SqliteUserDirectory Directory { get; }

    public SqlitePrivacy Privacy { get; }

    public SqliteUserStorage UserStorage { get; }

    /// <summary>Opens the store of a data directory, making it if need be.</summary>
    /// <param name="data">Where it is.</param>
    /// <param name="settings">Its bounds.</param>
    /// <param name="source">Written into its events.</param>
    /// <param name="publisher">The event plane; null for commands, which have none.</param>
    /// <param name="logs">Where it says what it meets.</param>
    public static EmbeddedStore Open(
        DataDirectory data, ServerSettings settings, EventSource source, IEventPublisher? publisher, ILoggerFactory logs)
    {
        var options = settings.Get<SqliteStoreOptions>("Store");
        options.DataDirectory = data.Path;
        try
        {
            var events = SqliteEventStore.Open(options, source, TimeProvider.System, publisher);
            var directory = SqliteUserDirectory.Open(events, settings.Get<DirectoryLimits>("Directory"), TimeProvider.System, logs.CreateLogger<SqliteUserDirectory>());
            return new EmbeddedStore(events, directory, settings.Get<UserStorageLimits>("UserStorage:Limits"));
        }
        catch (StoreException e)
        {
            throw new CommandException(ExitCode.Failure, e.Message);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Directory.DisposeAsync();
        await _events.DisposeAsync();
    }
}
