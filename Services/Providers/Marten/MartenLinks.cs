using System.Data;
using Npgsql;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Services.Providers.Links;
using Sametime.Services.Providers.Subjects;

namespace Sametime.Services.Providers.Marten;

/// <summary>The links of the events on PostgreSQL: where streams end, and the walk along all of them.</summary>
internal sealed class MartenLinks(MartenPart part)
{
    public const string HeadsOf = "SELECT stream_id, link FROM store_head WHERE stream_id = ANY($1)";

    /// <summary>As Marten takes statements.</summary>
    public const string SaveHead =
        "INSERT INTO store_head (stream_id, link, seal) VALUES (?, ?, ?) ON CONFLICT (stream_id) DO UPDATE SET link = excluded.link, seal = excluded.seal";

    /// <summary>Walks along the links of the streams that are asked for, all as of one moment.</summary>
    public async Task<LinkReport> VerifyAsync(Func<EventStreamName, bool> takes, CancellationToken stop)
    {
        await using var connection = await part.Source.OpenConnectionAsync(stop).ConfigureAwait(false);
        await using var moment = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, stop).ConfigureAwait(false);
        var walk = new LinkWalk(part.Links, (await RemovedAsync(connection, stop).ConfigureAwait(false)).Where(removed => takes(removed.Events.Stream)));
        for (var after = 0L; ;)
        {
            var page = await EventRows.ReadSealedAsync(connection, EventRows.OfRange, stop, after, long.MaxValue, part.Options.ReadPageEvents).ConfigureAwait(false);
            foreach (var stored in page.Select(place => place.Event).OfType<SealedEvent>().Where(stored => takes(stored.Stream)))
                walk.Step(stored.Position, LinkedEvent.Of(stored), stored.Link);
            if (page.Count == 0)
                break;
            after = page[^1].Position;
        }

        var heads = await ListAsync(connection, "SELECT stream_id, link, seal FROM store_head", static row =>
            new StreamHead(new EventStreamName(row.GetString(0)), row.GetFieldValue<byte[]>(1), row.GetFieldValue<byte[]>(2)), stop).ConfigureAwait(false);
        return walk.End(heads.Where(head => takes(head.Stream)));
    }

    /// <summary>
    /// Links all events anew, where some carry no link because an earlier version wrote them; nobody appends meanwhile. Answers how many
    /// events were linked.
    /// </summary>
    public async Task<long> LinkHistoryAsync(SecondAttempt.Attempt attempt, CancellationToken stop)
    {
        await using var connection = await part.Source.OpenConnectionAsync(stop).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(stop).ConfigureAwait(false);
        await ExecuteAsync(connection, "SET LOCAL statement_timeout = 0", stop).ConfigureAwait(false);
        await ExecuteAsync(connection, "SELECT pg_advisory_xact_lock($1)", stop, StoreLocks.Appending(part.Options.Schema)).ConfigureAwait(false);
        var unlinked = await ListAsync(connection, $"SELECT 1 FROM mt_events WHERE headers ->> 'link' IS NULL AND {EventRows.AreEvents} LIMIT 1",
            static row => row.GetInt32(0), stop).ConfigureAwait(false);
        if (unlinked.Count == 0)
            return 0;
        var heads = new Dictionary<EventStreamName, byte[]>();
        var count = 0L;
        for (var after = 0L; ;)
        {
            var page = await EventRows.ReadSealedAsync(connection, EventRows.OfRange, stop, after, long.MaxValue, part.Options.ReadPageEvents).ConfigureAwait(false);
            if (page.Count == 0)
                break;
            var positions = new List<long>();
            var links = new List<string>();
            foreach (var stored in page.Select(place => place.Event).OfType<SealedEvent>())
            {
                var link = part.Links.Next(heads.GetValueOrDefault(stored.Stream, EventLinks.Origin), LinkedEvent.Of(stored));
                heads[stored.Stream] = link;
                positions.Add(stored.Position);
                links.Add(Convert.ToBase64String(link));
            }

            await ExecuteAsync(connection,
                "UPDATE mt_events SET headers = headers || jsonb_build_object('link', made.link) FROM unnest($1, $2) AS made (position, link) WHERE seq_id = made.position",
                stop, positions.ToArray(), links.ToArray()).ConfigureAwait(false);
            count += positions.Count;
            after = page[^1].Position;
        }

        foreach (var (stream, newest) in heads)
        {
            await ExecuteAsync(connection,
                "INSERT INTO store_head (stream_id, link, seal) VALUES ($1, $2, $3) ON CONFLICT (stream_id) DO UPDATE SET link = excluded.link, seal = excluded.seal",
                stop, stream.Value, newest, part.Links.Head(stream, newest)).ConfigureAwait(false);
        }

        await attempt.CommitAsync(transaction).ConfigureAwait(false);
        return count;
    }

    /// <summary>What was removed in order, with the seal of each, by position.</summary>
    public static Task<List<(RemovedEvents Events, byte[] Seal)>> RemovedAsync(NpgsqlConnection connection, CancellationToken stop) => ListAsync(
        connection, "SELECT stream_id, from_position, to_position, events, before, link, seal FROM removed ORDER BY from_position",
        static row => (
            new RemovedEvents(
                new EventStreamName(row.GetString(0)), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetFieldValue<byte[]>(4), row.GetFieldValue<byte[]>(5)),
            row.GetFieldValue<byte[]>(6)),
        stop);

    private static async Task<List<T>> ListAsync<T>(NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, CancellationToken stop, params object[] values)
    {
        await using var command = Command(connection, sql, values);
        await using var rows = await command.ExecuteReaderAsync(stop).ConfigureAwait(false);
        var list = new List<T>();
        while (await rows.ReadAsync(stop).ConfigureAwait(false))
            list.Add(read(rows));
        return list;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken stop, params object[] values)
    {
        await using var command = Command(connection, sql, values);
        await command.ExecuteNonQueryAsync(stop).ConfigureAwait(false);
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object[] values)
    {
#pragma warning disable CA2100 // constants of this file
        var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }
}
