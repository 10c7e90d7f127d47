using Sametime.Contracts.Events;

namespace Sametime.Services.Providers.Sqlite;

/// <summary>
/// The current values folded once more, into tables of this connection alone that stand before the live ones of the same names, and
/// compared with those. One read transaction: others write meanwhile.
/// </summary>
internal static class SqliteComparison
{
    public static IReadOnlyList<TableCheck> Run(SqliteEventStore store, CancellationToken stop)
    {
        using var session = SqliteSession.Open(store.Options, isWriter: true); // temporary tables are writes, too
        session.Execute("BEGIN");
        foreach (var table in SqliteSchema.FoldedTables)
            session.Execute(session.List("SELECT sql FROM main.sqlite_schema WHERE name = $1", static row => row.GetString(0), table).Single().Replace("CREATE TABLE", "CREATE TEMP TABLE", StringComparison.Ordinal));
        using (var rows = session.Query($"SELECT {SqliteEventStore.Columns} FROM event ORDER BY position"))
        {
            while (rows.Read())
            {
                stop.ThrowIfCancellationRequested();
                var stored = SqliteEventStore.ToSealed(rows);
                if (!stored.Stream.IsOfOneProcess)
                    SqliteFolding.Apply(session, store.ToFact(stored.Written));
                SqliteChatFolding.Apply(session, stored);
            }
        }

        return [.. SqliteSchema.FoldedTables.Select(table => new TableCheck(
            table,
            session.Number($"SELECT count(*) FROM main.{table}"),
            session.Number($"SELECT count(*) FROM (SELECT * FROM main.{table} EXCEPT SELECT * FROM temp.{table})")
                + session.Number($"SELECT count(*) FROM (SELECT * FROM temp.{table} EXCEPT SELECT * FROM main.{table})")))];
    }
}
