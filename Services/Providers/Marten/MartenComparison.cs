using System.Data;
using Marten;
using Marten.Services;
using Npgsql;
using Sametime.Services.Providers.Subjects;

namespace Sametime.Services.Providers.Marten;

/// <summary>
/// The current values folded once more, into tables of this connection alone that stand before the live ones of the same names, and
/// compared with those. One transaction that sees one moment: others write meanwhile.
/// </summary>
internal static class MartenComparison
{
    public static async Task<IReadOnlyList<TableCheck>> RunAsync(MartenPart part, CancellationToken stop)
    {
        await using var connection = await part.Source.OpenConnectionAsync(stop).ConfigureAwait(false);
        await using var moment = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, stop).ConfigureAwait(false);
        foreach (var table in MartenSchema.FoldedTables)
            await ExecuteAsync($"CREATE TEMP TABLE {table} (LIKE {part.Options.Schema}.{table} INCLUDING ALL) ON COMMIT DROP").ConfigureAwait(false);
        await using (var session = part.Documents.LightweightSession(SessionOptions.ForTransaction(moment)))
        {
            for (var after = 0L; ;)
            {
                var page = await EventRows.ReadSealedAsync(connection, EventRows.OfRange, stop, after, long.MaxValue, part.Options.ReadPageEvents).ConfigureAwait(false);
                if (page.Count == 0)
                    break;
                var events = page.Select(place => place.Event).OfType<SealedEvent>().ToList();
                var own = events.Where(stored => !stored.Stream.IsOfOneProcess).ToList();
                var persons = await part.Keys.LoadAsync(SealedEvent.PersonsIn(own), stop).ConfigureAwait(false);
                foreach (var stored in own)
                    MartenFolding.Apply(session, stored.Open(persons, Reading.Plain).Envelope.Payload);
                foreach (var stored in events)
                    MartenChatFolding.Apply(session, stored);
                await session.SaveChangesAsync(stop).ConfigureAwait(false);
                after = page[^1].Position;
            }
        }

        var checks = new List<TableCheck>();
        foreach (var table in MartenSchema.FoldedTables)
        {
            var (live, made) = ($"{part.Options.Schema}.{table}", $"pg_temp.{table}");
            checks.Add(new TableCheck(
                table,
                await ExecuteAsync($"SELECT count(*) FROM {live}").ConfigureAwait(false),
                await ExecuteAsync($"SELECT count(*) FROM ((SELECT * FROM {live} EXCEPT SELECT * FROM {made}) UNION ALL (SELECT * FROM {made} EXCEPT SELECT * FROM {live})) AS other")
                    .ConfigureAwait(false)));
        }

        return checks;

        async Task<long> ExecuteAsync(string sql)
        {
#pragma warning disable CA2100 // names of our tables, and of the schema, which is letters and digits
            await using var command = new NpgsqlCommand(sql, connection, moment);
#pragma warning restore CA2100
            return await command.ExecuteScalarAsync(stop).ConfigureAwait(false) is long number ? number : 0;
        }
    }
}
