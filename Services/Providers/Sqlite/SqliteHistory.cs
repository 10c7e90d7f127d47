using Sametime.Contracts.Events;
using Sametime.Services.Providers.Subjects;

namespace Sametime.Services.Providers.Sqlite;

/// <summary>Seals what an earlier version wrote in the clear: page by page, so that others may write in between, and again from the start if it was cut short.</summary>
internal static class SqliteHistory
{
    public static async Task<long> SealAsync(SqliteEventStore store, int pageEvents, CancellationToken stop)
    {
        var until = store.Read(static session => session.Number("SELECT clear_until FROM sealing"));
        var count = 0L;
        for (var after = 0L; after < until;)
        {
            var page = store.Read(session => session.List(
                "SELECT position, name, version, fields FROM event WHERE position > $1 AND position <= $2 ORDER BY position LIMIT $3",
                static row => (Position: row.GetInt64(0), Written: new WrittenEvent(row.GetString(1), row.GetInt32(2), row.GetString(3))), after, until, pageEvents));
            if (page.Count == 0)
                break;
            after = page[^1].Position;
            var clear = page.Where(stored => EventSeal.Current.IsClear(stored.Written)).ToList();
            if (clear.Count > 0)
                await store.WriteAsync(write => Seal(write, store.Keys, clear), stop);
            count += clear.Count;
        }

        if (until == 0)
            return 0;
        await store.WriteAsync(write => Rename(write, store.Keys), stop);
        await store.LinkHistoryAsync(stop); // a link is over what is stored
        await SqlitePurge.RunAsync(store, stop);
        return count;
    }

    private static bool Seal(SqliteWrite write, SqliteSubjectKeys keys, List<(long Position, WrittenEvent Written)> clear)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (_, written) in clear)
            EventSeal.Current.CollectNames(written, names);
        var subjects = keys.FindOrMake(names);
        foreach (var (position, written) in clear)
            write.Session.Execute("UPDATE event SET fields = $2, link = NULL WHERE position = $1", position, EventSeal.Current.Seal(written, subjects).Json);
        return true;
    }

    // The streams last: as long as one is named in the clear, whoever appends goes on with it.
    private static bool Rename(SqliteWrite write, SqliteSubjectKeys keys)
    {
        var streams = write.Session.List("SELECT DISTINCT stream FROM event WHERE stream LIKE 'user-%'", static row => new EventStreamName(row.GetString(0)))
            .Where(stream => stream.UserKey is not null).ToList();
        var subjects = keys.FindOrMake([.. streams.Select(stream => stream.UserKey!)]);
        foreach (var stream in streams)
        {
            write.Session.Execute(
                "UPDATE event SET stream = $2, link = NULL WHERE stream = $1", stream.Value, EventStreamName.Subject(subjects[stream.UserKey!].Id.Value).Value);
            write.Session.Execute("DELETE FROM store_head WHERE stream = $1", stream.Value);
        }

        write.Session.Execute("UPDATE sealing SET clear_until = 0");
        return true;
    }
}
