using Microsoft.Data.Sqlite;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Services.Providers.Links;
using Sametime.Services.Providers.Subjects;

namespace Sametime.Services.Providers.Sqlite;

/// <summary>The links of the events in the embedded store: where streams end, and the walk along all of them.</summary>
internal static class SqliteLinks
{
    /// <summary>The newest link of a stream.</summary>
    public static byte[] Head(SqliteSession session, EventStreamName stream) =>
        session.List("SELECT link FROM store_head WHERE stream = $1", static row => row.GetFieldValue<byte[]>(0), stream.Value).SingleOrDefault() ?? EventLinks.Origin;

    public static void SaveHead(SqliteSession session, EventLinks links, EventStreamName stream, byte[] newest) => session.Execute(
        "INSERT OR REPLACE INTO store_head (stream, link, seal) VALUES ($1, $2, $3)", stream.Value, newest, links.Head(stream, newest));

    /// <summary>Walks along the links of the streams that are asked for.</summary>
    public static LinkReport Verify(SqliteSession session, EventLinks links, Func<EventStreamName, bool> takes, CancellationToken stop)
    {
        var walk = new LinkWalk(links, Removed(session).Where(removed => takes(removed.Events.Stream)));
        using (var rows = session.Query($"SELECT {SqliteEventStore.Columns} FROM event ORDER BY position"))
        {
            while (rows.Read())
            {
                stop.ThrowIfCancellationRequested();
                var stored = SqliteEventStore.ToSealed(rows);
                if (takes(stored.Stream))
                    walk.Step(stored.Position, LinkedEvent.Of(stored), stored.Link);
            }
        }

        return walk.End(session
            .List("SELECT stream, link, seal FROM store_head", static row => new StreamHead(new EventStreamName(row.GetString(0)), row.GetFieldValue<byte[]>(1), row.GetFieldValue<byte[]>(2)))
            .Where(head => takes(head.Stream)));
    }

    /// <summary>Links all events anew, where some carry no link because an earlier version wrote them. Answers how many there are.</summary>
    public static long LinkHistory(SqliteSession session, EventLinks links)
    {
        if (session.Number("SELECT count(*) FROM event WHERE link IS NULL") == 0)
            return 0;
        var heads = new Dictionary<EventStreamName, byte[]>();
        var count = 0L;
        for (var after = 0L; ;)
        {
            var page = session.List($"SELECT {SqliteEventStore.Columns} FROM event WHERE position > $1 ORDER BY position LIMIT 1000", SqliteEventStore.ToSealed, after);
            foreach (var stored in page)
            {
                var link = links.Next(heads.GetValueOrDefault(stored.Stream, EventLinks.Origin), LinkedEvent.Of(stored));
                session.Execute("UPDATE event SET link = $2 WHERE position = $1", stored.Position, link);
                heads[stored.Stream] = link;
                count++;
            }

            if (page.Count == 0)
                break;
            after = page[^1].Position;
        }

        foreach (var (stream, newest) in heads)
            SaveHead(session, links, stream, newest);
        return count;
    }

    public static void SaveRemoved(SqliteSession session, EventLinks links, RemovedEvents run) => session.Execute(
        "INSERT OR REPLACE INTO removed (stream, from_position, to_position, events, before, link, seal) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        run.Stream.Value, run.From, run.To, run.Events, run.Before, run.Link, links.Removed(run));

    /// <summary>What was removed in order, with the seal of each, by position.</summary>
    public static List<(RemovedEvents Events, byte[] Seal)> Removed(SqliteSession session) => session.List(
        "SELECT stream, from_position, to_position, events, before, link, seal FROM removed ORDER BY from_position", ToRemoved);

    private static (RemovedEvents Events, byte[] Seal) ToRemoved(SqliteDataReader row) => (
        new RemovedEvents(
            new EventStreamName(row.GetString(0)), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetFieldValue<byte[]>(4), row.GetFieldValue<byte[]>(5)),
        row.GetFieldValue<byte[]>(6));
}
