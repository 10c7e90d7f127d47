using Npgsql;
using NpgsqlTypes;
using Sametime.Contracts.Events;
using Sametime.Services.Providers.Subjects;

namespace Sametime.Services.Providers.Marten;

/// <summary>Seals what an earlier version wrote in the clear: page by page, so that others may write in between, and again from the start if it was cut short.</summary>
internal static class MartenHistory
{
    public static async Task<long> SealAsync(MartenEventStore store, CancellationToken stop)
    {
        var part = store.Part;
        var until = await store.ClearUntilAsync(stop);
        var count = 0L;
        for (var after = 0L; after < until;)
        {
            var page = await EventRows.ReadSealedAsync(part, EventRows.OfRange, stop, after, until, part.Options.ReadPageEvents);
            if (page.Count == 0)
                break;
            after = page[^1].Position;
            var clear = page.Select(place => place.Event).OfType<SealedEvent>().Where(stored => EventSeal.Current.IsClear(stored.Written)).ToList();
            if (clear.Count > 0)
                await SealAsync(part, clear, stop);
            count += clear.Count;
        }

        if (until == 0)
            return 0;
        var streams = (await store.QueryAsync("SELECT id FROM mt_streams WHERE id LIKE 'user-%'", static row => new EventStreamName(row.GetString(0)), stop))
            .Where(stream => stream.UserKey is not null).ToList();
        foreach (var stream in streams)
            await RenameAsync(part, stream, stop);
        await store.QueryAsync("UPDATE sealing SET clear_until = 0", static _ => 0, stop);
        await store.LinkHistoryAsync(stop); // a link is over what is stored
        await MartenPurge.RunAsync(part, ["mt_events", "mt_streams", "store_head"], stop);
        return count;
    }

    private static async Task SealAsync(MartenPart part, List<SealedEvent> clear, CancellationToken stop)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var stored in clear)
            EventSeal.Current.CollectNames(stored.Written, names);
        var subjects = await part.Keys.FindOrMakeAsync(names, stop);
        await using var update = part.Source.CreateCommand(
            "UPDATE mt_events SET data = sealed.data::jsonb, headers = headers - 'link' FROM unnest($1, $2) AS sealed (position, data) WHERE seq_id = sealed.position");
        update.Parameters.Add(new NpgsqlParameter { Value = clear.Select(stored => stored.Position).ToArray() });
        update.Parameters.Add(new NpgsqlParameter { Value = clear.Select(stored => FactJson.ToJsonb(EventSeal.Current.Seal(stored.Written, subjects).Json)).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        await update.ExecuteNonQueryAsync(stop);
    }

    // Under the lock of whoever appends to it. The events hang on their stream's row, so there must be one before and after.
    private static async Task RenameAsync(MartenPart part, EventStreamName stream, CancellationToken stop)
    {
        var subjects = await part.Keys.FindOrMakeAsync([stream.UserKey!], stop);
        var name = EventStreamName.Subject(subjects[stream.UserKey!].Id.Value);
        await using var connection = await part.Source.OpenConnectionAsync(stop);
        await using var transaction = await connection.BeginTransactionAsync(stop);
        await ExecuteAsync("SELECT pg_advisory_xact_lock($1)", StoreLocks.Stream(part.Options.Schema, stream));
        await ExecuteAsync(
            "INSERT INTO mt_streams SELECT (jsonb_populate_record(known, jsonb_build_object('id', $2))).* FROM mt_streams known WHERE id = $1", stream.Value, name.Value);
        await ExecuteAsync("UPDATE mt_events SET stream_id = $2, headers = headers - 'link' WHERE stream_id = $1", stream.Value, name.Value);
        await ExecuteAsync("DELETE FROM mt_streams WHERE id = $1", stream.Value);
        await ExecuteAsync("DELETE FROM store_head WHERE stream_id = $1", stream.Value);
        await transaction.CommitAsync(stop);

        async Task ExecuteAsync(string sql, params object[] values)
        {
#pragma warning disable CA2100 // constants of this method
            await using var command = new NpgsqlCommand(sql, connection, transaction);
#pragma warning restore CA2100
            foreach (var value in values)
                command.Parameters.Add(new NpgsqlParameter { Value = value });
            await command.ExecuteNonQueryAsync(stop);
        }
    }
}
