using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers.ChatLog;

namespace Sametime.Services.Providers.Sqlite;

/// <summary>The log of conversations in the embedded store.</summary>
internal sealed class SqliteChatLines(SqliteEventStore store, TimeProvider time) : IChatLines
{
    // One transaction holds up every other writer, so a hub that left many conversations open is done in parts.
    private const int InterruptedAtOnce = 1_000;

    public ValueTask<List<FoundChatLine>> FindAsync(ChatLogQuery query, int linesMax, CancellationToken stop)
    {
        if (PersonOf(query.User) is not { } user || PersonOf(query.With) is not { } with)
            return ValueTask.FromResult<List<FoundChatLine>>([]); // nobody of that name ever said a thing
        var after = query.After ?? default;
        var rows = store.Read(session => session.List(
            ChatLineSql.Of(query),
            static row => (
                At: new ChatLogCursor(new DateTimeOffset(row.GetInt64(0), TimeSpan.Zero), new EventStreamName(row.GetString(1)), row.GetInt64(2)),
                Undelivered: row.IsDBNull(3) ? (Reason?)null : (Reason)row.GetInt64(3)),
            query.From.UtcTicks, query.To.UtcTicks, after.Occurred.UtcTicks, after.Stream.Value ?? "", after.Sequence, (long)linesMax,
            query.Conversation, user, with));
        var events = store.ReadAt([.. rows.Select(row => (row.At.Stream, row.At.Sequence))]);
        return ValueTask.FromResult<List<FoundChatLine>>(
            [.. rows.Select(row => new FoundChatLine(row.At, row.Undelivered, events.GetValueOrDefault((row.At.Stream, row.At.Sequence))))]);
    }

    public async ValueTask<int> InterruptAsync(ushort hub, uint incarnation, CancellationToken stop)
    {
        for (var (total, marked) = (0, InterruptedAtOnce); ; total += marked)
        {
            if (marked < InterruptedAtOnce)
                return total;
            marked = await store.WriteAsync(write => Interrupt(write, hub, incarnation), stop);
        }
    }

    public ValueTask<List<ChatGap>> FindGapsAsync(CancellationToken stop) => ValueTask.FromResult(store.Read(static session => session.List(
        """
        SELECT stream, before + 1, sequence - 1
        FROM (SELECT stream, sequence, lag(sequence, 1, 0) OVER (PARTITION BY stream ORDER BY sequence) AS before FROM event WHERE stream LIKE 'chat-%')
        WHERE sequence > before + 1 AND stream NOT IN (SELECT stream FROM removed) ORDER BY stream, sequence
        """,
        static row => new ChatGap(new EventStreamName(row.GetString(0)), row.GetInt64(1), row.GetInt64(2)))));

    // Empty for no condition; null for a name that stands for nobody.
    private string? PersonOf(UserId user) => user.IsEmpty ? "" : store.Keys.Find(user.Value)?.Id.Value;

    private int Interrupt(SqliteWrite write, ushort hub, uint incarnation)
    {
        var open = write.Session.List(
            "SELECT incarnation, conversation FROM open_chat WHERE hub = $1 AND incarnation < $2 ORDER BY incarnation, conversation LIMIT $3",
            static row => (Incarnation: (uint)row.GetInt64(0), Conversation: row.GetString(1)), (long)hub, (long)incarnation, (long)InterruptedAtOnce);
        if (open.Count > 0)
        {
            write.Append(EventStreamName.InterruptedChats(hub), ExpectedVersion.Any, InterruptedChats.Marks(hub, open, time.GetUtcNow()));
        }

        return open.Count;
    }
}
