using Npgsql;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers.Links;
using Sametime.Services.Providers.Retention;
using Sametime.Services.Providers.Subjects;

namespace Sametime.Services.Providers.Marten;

/// <summary>Retention on PostgreSQL.</summary>
internal sealed class MartenRetention(MartenEventStore store) : IRetention
{
    private readonly MartenPart _part = store.Part;

    public Task<List<RemovedEvents>> LoadRemovedAsync(CancellationToken stop) => SecondAttempt.OfRepeatableAsync(_part.Source, async () =>
    {
        await using var connection = await _part.Source.OpenConnectionAsync(stop).ConfigureAwait(false);
        return (await MartenLinks.RemovedAsync(connection, stop).ConfigureAwait(false)).ConvertAll(removed => removed.Events);
    });

    public Task<List<(long Position, SealedEvent? Event)>> ReadPageAsync(long after, long to, CancellationToken stop) =>
        SecondAttempt.OfRepeatableAsync(_part.Source, () => EventRows.ReadSealedAsync(_part, EventRows.OfRange, stop, after, to, _part.Options.ReadPageEvents));

    public async Task<SubjectId?> FindPersonAsync(UserId user, CancellationToken stop) => (await _part.Keys.FindAsync(user.Value, stop).ConfigureAwait(false))?.Id;

    public async Task<HashSet<string>> FindKeptChatsAsync(
        IReadOnlyCollection<string> conversations, DateTimeOffset since, IReadOnlyCollection<SubjectId> persons, CancellationToken stop) =>
        (await store.QueryAsync(
            """
            SELECT conversation FROM chat_line WHERE conversation = ANY($1) AND (occurred >= $2 OR author = ANY($3) OR recipient = ANY($3))
            UNION SELECT conversation FROM open_chat WHERE conversation = ANY($1)
            """,
            static row => row.GetString(0), stop, conversations.ToArray(), since.UtcTicks, persons.Select(person => person.Value).ToArray()).ConfigureAwait(false)).ToHashSet();

    public Task<bool> RemoveAsync(Removal removal, CancellationToken stop) => SecondAttempt.OfTransactionAsync(_part.Source, async attempt =>
    {
        await using var connection = await _part.Source.OpenConnectionAsync(stop).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(stop).ConfigureAwait(false);
        await ExecuteAsync("SELECT pg_advisory_xact_lock($1)", StoreLocks.Retention(_part.Options.Schema)).ConfigureAwait(false);
        if (await ExecuteAsync("SELECT coalesce(sum(events), 0)::bigint FROM removed").ConfigureAwait(false) != removal.Known)
            return false;
        await ExecuteAsync("DELETE FROM mt_events WHERE seq_id = ANY($1)", removal.Events.Select(stored => stored.Position).ToArray()).ConfigureAwait(false);
        var chats = removal.Chats.ToList();
        if (chats.Count > 0)
        {
            await ExecuteAsync(
                "DELETE FROM chat_line USING unnest($1, $2) AS gone (stream, number) WHERE chat_line.stream = gone.stream AND chat_line.sequence = gone.number",
                chats.Select(stored => stored.Stream.Value).ToArray(), chats.Select(stored => stored.Sequence).ToArray()).ConfigureAwait(false);

            // A mark that is left has nobody any more from whom its persons are known.
            await ExecuteAsync(
                $"""
                UPDATE chat_line SET author = '', recipient = '' WHERE conversation = ANY($1) AND kind IN {Removal.KindsWithoutPersons}
                    AND NOT EXISTS (SELECT 1 FROM chat_line AS began WHERE began.conversation = chat_line.conversation AND began.kind = 1)
                """,
                [removal.Conversations.ToArray()]).ConfigureAwait(false);
        }

        foreach (var (stream, from) in removal.Merged)
            await ExecuteAsync("DELETE FROM removed WHERE stream_id = $1 AND from_position = $2", stream.Value, from).ConfigureAwait(false);
        foreach (var run in removal.Runs)
        {
            await ExecuteAsync(
                """
                INSERT INTO removed (stream_id, from_position, to_position, events, before, link, seal) VALUES ($1, $2, $3, $4, $5, $6, $7)
                ON CONFLICT (stream_id, from_position) DO UPDATE
                SET to_position = excluded.to_position, events = excluded.events, before = excluded.before, link = excluded.link, seal = excluded.seal
                """,
                run.Stream.Value, run.From, run.To, run.Events, run.Before, run.Link, _part.Links.Removed(run)).ConfigureAwait(false);
        }

        await attempt.CommitAsync(transaction).ConfigureAwait(false);
        return true;

        async Task<long> ExecuteAsync(string sql, params object[] values)
        {
#pragma warning disable CA2100 // constants of this file
            await using var command = new NpgsqlCommand(sql, connection, transaction);
#pragma warning restore CA2100
            foreach (var value in values)
                command.Parameters.Add(new NpgsqlParameter { Value = value });
            return await command.ExecuteScalarAsync(stop).ConfigureAwait(false) is long number ? number : 0;
        }
    });
}
