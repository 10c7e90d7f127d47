using Npgsql;
using Sametime.Contracts.Providers;
using Sametime.Services.Providers.Subjects;

namespace Sametime.Services.Providers.Marten;

/// <summary>
/// Reads the whole log in its order without ever passing over an event. Positions are given out before a transaction commits, so a number
/// that is missing may be of one that is still under way. Every transaction that appends holds a shared lock from before its first number
/// to its end: when those that held it at the sight of a gap have ended, what is still missing was given up and never comes.
/// </summary>
internal sealed class FinalEvents(MartenPart part)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(5);

    private const string UnderWay = """
        SELECT virtualtransaction FROM pg_locks
        WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND mode = 'ShareLock'
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND classid::bigint = (($1::bigint >> 32) & 4294967295) AND objid::bigint = ($1::bigint & 4294967295)
        """;

    /// <summary>The next events of a range, in order, and the position to go on from; the same position only if there is nothing more.</summary>
    public async Task<(List<StoredEvent> Events, long Position)> ReadAsync(LogRange range, Reading reading, CancellationToken stop)
    {
        var after = range.After;
        var page = await ReadPageAsync(range, reading, stop).ConfigureAwait(false);
        var whole = page.TakeWhile((place, index) => place.Position == after + 1 + index).Count();
        if (whole < page.Count && whole > 0)
        {
            page = page[..whole];
        }
        else if (whole < page.Count)
        {
            await WaitForAppendersAsync(stop).ConfigureAwait(false);
            var last = page[^1].Position;
            page = [.. (await ReadPageAsync(range, reading, stop).ConfigureAwait(false)).TakeWhile(place => place.Position <= last)];
        }

        return ([.. page.Select(place => place.Event).OfType<StoredEvent>()], page.Count > 0 ? page[^1].Position : after);
    }

    private Task<List<(long Position, StoredEvent? Event)>> ReadPageAsync(LogRange range, Reading reading, CancellationToken stop) =>
        EventRows.ReadPlacesAsync(part, EventRows.OfRange, reading, stop, range.After, range.To, part.Options.ReadPageEvents);

    private async Task WaitForAppendersAsync(CancellationToken stop)
    {
        var awaited = await UnderWayAsync(stop).ConfigureAwait(false);
        for (var since = part.Time.GetTimestamp(); awaited.Count > 0;)
        {
            // The database ends a transaction that stands still; one that works for longer than that is retried by whoever reads.
            if (part.Time.GetElapsedTime(since) > 2 * part.Options.CommandTimeout)
                throw new StoreUnavailableException("A transaction that appends takes longer than Postgres:CommandTimeout allows.");
            await Task.Delay(LookAgain, part.Time, stop).ConfigureAwait(false);
            awaited.IntersectWith(await UnderWayAsync(stop).ConfigureAwait(false));
        }
    }

    private async Task<HashSet<string>> UnderWayAsync(CancellationToken stop)
    {
        await using var command = part.Source.CreateCommand(UnderWay);
        command.Parameters.Add(new NpgsqlParameter { Value = StoreLocks.Appending(part.Options.Schema) });
        var found = new HashSet<string>(StringComparer.Ordinal);
        await using var rows = await command.ExecuteReaderAsync(stop).ConfigureAwait(false);
        while (await rows.ReadAsync(stop).ConfigureAwait(false))
            found.Add(rows.GetString(0));
        return found;
    }
}
