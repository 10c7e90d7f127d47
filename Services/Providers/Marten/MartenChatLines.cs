using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers.ChatLog;

namespace Sametime.Services.Providers.Marten;

/// <summary>The log of conversations on PostgreSQL.</summary>
internal sealed class MartenChatLines(MartenEventStore store, TimeProvider time) : IChatLines
{
    // One transaction holds the stream's lock, so a hub that left many conversations open is done in parts.
    private const int InterruptedAtOnce = 1_000;

    public async ValueTask<List<FoundChatLine>> FindAsync(ChatLogQuery query, int linesMax, CancellationToken stop)
    {
        if (await PersonOfAsync(query.User, stop).ConfigureAwait(false) is not { } user || await PersonOfAsync(query.With, stop).ConfigureAwait(false) is not { } with)
            return []; // nobody of that name ever said a thing
        var after = query.After ?? default;
        var rows = await store.QueryAsync(
            ChatLineSql.Of(query),
            static row => (
                At: new ChatLogCursor(new DateTimeOffset(row.GetInt64(0), TimeSpan.Zero), new EventStreamName(row.GetString(1)), row.GetInt64(2)),
                Undelivered: row.IsDBNull(3) ? (Reason?)null : (Reason)row.GetInt64(3)),
            stop,
            query.From.UtcTicks, query.To.UtcTicks, after.Occurred.UtcTicks, after.Stream.Value ?? "", after.Sequence, linesMax,
            query.Conversation, user, with).ConfigureAwait(false);
        var events = await store.ReadAtAsync([.. rows.Select(row => (row.At.Stream, row.At.Sequence))], stop).ConfigureAwait(false);
        return [.. rows.Select(row => new FoundChatLine(row.At, row.Undelivered, events.GetValueOrDefault((row.At.Stream, row.At.Sequence))))];
    }

    public async ValueTask<int> InterruptAsync(ushort hub, uint incarnation, CancellationToken stop)
    {
        for (var (total, marked) = (0, InterruptedAtOnce); ; total += marked)
        {
            if (marked < InterruptedAtOnce)
                return total;
            marked = await store.WriteAloneAsync(
                [EventStreamName.InterruptedChats(hub)], commit => InterruptAsync(commit, hub, incarnation, stop), stop).ConfigureAwait(false);
        }
    }

    public async ValueTask<List<ChatGap>> FindGapsAsync(CancellationToken stop) => await store.QueryAsync(
        $"""
        SELECT stream, before + 1, number - 1
        FROM (SELECT stream_id AS stream, {EventRows.Number} AS number,
                     lag({EventRows.Number}, 1, 0::bigint) OVER (PARTITION BY stream_id ORDER BY {EventRows.Number}) AS before
              FROM mt_events WHERE stream_id LIKE 'chat-%' AND {EventRows.Number} IS NOT NULL) numbered
        WHERE number > before + 1 AND stream NOT IN (SELECT stream_id FROM removed) ORDER BY stream, number
        """,
        static row => new ChatGap(new EventStreamName(row.GetString(0)), row.GetInt64(1), row.GetInt64(2)), stop).ConfigureAwait(false);

    // Empty for no condition; null for a name that stands for nobody.
    private async ValueTask<string?> PersonOfAsync(UserId user, CancellationToken stop) =>
        user.IsEmpty ? "" : (await store.Part.Keys.FindAsync(user.Value, stop).ConfigureAwait(false))?.Id.Value;

    private async Task<int> InterruptAsync(MartenCommit commit, ushort hub, uint incarnation, CancellationToken stop)
    {
        var open = new List<(uint Incarnation, string Conversation)>();
        await using (var command = commit.CreateCommand(
            "SELECT incarnation, conversation FROM open_chat WHERE hub = $1 AND incarnation < $2 ORDER BY incarnation, conversation LIMIT $3",
            (int)hub, (long)incarnation, InterruptedAtOnce))
        {
            await using var rows = await command.ExecuteReaderAsync(stop).ConfigureAwait(false);
            while (await rows.ReadAsync(stop).ConfigureAwait(false))
                open.Add(((uint)rows.GetInt64(0), rows.GetString(1)));
        }

        if (open.Count > 0)
        {
            commit.Append(EventStreamName.InterruptedChats(hub), ExpectedVersion.Any, InterruptedChats.Marks(hub, open, time.GetUtcNow()));
        }

        return open.Count;
    }
}
