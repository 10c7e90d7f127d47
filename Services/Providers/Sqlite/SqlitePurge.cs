namespace Sametime.Services.Providers.Sqlite;

/// <summary>
/// Leaves nothing of what was deleted in the store's files. It is overwritten where it lay (secure_delete), but not where an earlier
/// version deleted it, nor in the WAL.
/// </summary>
internal static class SqlitePurge
{
    public static Task RunAsync(SqliteEventStore store, CancellationToken stop) => Task.Run(
        () =>
        {
            foreach (var file in (string[])[store.Options.FilePath, store.Options.SubjectsFilePath])
            {
                stop.ThrowIfCancellationRequested();
                using var session = SqliteSession.Open(file, store.Options.BusyTimeout, isWriter: true);
                session.Run("PRAGMA wal_checkpoint(TRUNCATE)");
                if (new FileInfo(file).Length > store.Keys.Options.RewriteBytesMax)
                    continue;
                session.Run("VACUUM");
                session.Run("PRAGMA wal_checkpoint(TRUNCATE)");
            }
        },
        stop);
}
