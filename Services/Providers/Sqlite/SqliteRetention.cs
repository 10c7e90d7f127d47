using System.Text.Json;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers.Links;
using Sametime.Services.Providers.Retention;
using Sametime.Services.Providers.Subjects;

namespace Sametime.Services.Providers.Sqlite;

/// <summary>Retention in the embedded store.</summary>
internal sealed class SqliteRetention(SqliteEventStore store) : IRetention
{
    public Task<List<RemovedEvents>> LoadRemovedAsync(CancellationToken stop) =>
        Task.Run(() => store.Read(static session => SqliteLinks.Removed(session).ConvertAll(removed => removed.Events)), stop);

    public Task<List<(long Position, SealedEvent? Event)>> ReadPageAsync(long after, long to, CancellationToken stop) => Task.Run(
        () => store.Read(session => session.List(
            $"SELECT {SqliteEventStore.Columns} FROM event WHERE position > $1 AND position <= $2 ORDER BY position LIMIT $3",
            SqliteEventStore.ToSealed, after, to, store.Options.ReadPageEvents)).ConvertAll(stored => (stored.Position, (SealedEvent?)stored)),
        stop);

    public Task<SubjectId?> FindPersonAsync(UserId user, CancellationToken stop) => Task.FromResult(store.Keys.Find(user.Value)?.Id);

    public Task<HashSet<string>> FindKeptChatsAsync(
        IReadOnlyCollection<string> conversations, DateTimeOffset since, IReadOnlyCollection<SubjectId> persons, CancellationToken stop) => Task.Run(
        () => store.Read(session => session.List(
            """
            SELECT conversation FROM chat_line WHERE conversation IN (SELECT value FROM json_each($1))
                AND (occurred >= $2 OR author IN (SELECT value FROM json_each($3)) OR recipient IN (SELECT value FROM json_each($3)))
            UNION SELECT conversation FROM open_chat WHERE conversation IN (SELECT value FROM json_each($1))
            """,
            static row => row.GetString(0),
            JsonSerializer.Serialize(conversations), since.UtcTicks, JsonSerializer.Serialize(persons.Select(person => person.Value)))).ToHashSet(),
        stop);

    public Task<bool> RemoveAsync(Removal removal, CancellationToken stop) => store.WriteAsync(
        write =>
        {
            var session = write.Session;
            if (session.Number("SELECT sum(events) FROM removed") != removal.Known)
                return false;
            foreach (var stored in removal.Events)
                session.Execute("DELETE FROM event WHERE position = $1", stored.Position);
            foreach (var stored in removal.Chats)
                session.Execute("DELETE FROM chat_line WHERE stream = $1 AND sequence = $2", stored.Stream.Value, stored.Sequence);
            foreach (var conversation in removal.Conversations)
            {
                // A mark that is left has nobody any more from whom its persons are known.
                session.Execute(
                    $"""
                    UPDATE chat_line SET author = '', recipient = '' WHERE conversation = $1 AND kind IN {Removal.KindsWithoutPersons}
                        AND NOT EXISTS (SELECT 1 FROM chat_line AS began WHERE began.conversation = $1 AND began.kind = 1)
                    """,
                    conversation);
            }

            foreach (var (stream, from) in removal.Merged)
                session.Execute("DELETE FROM removed WHERE stream = $1 AND from_position = $2", stream.Value, from);
            foreach (var run in removal.Runs)
                SqliteLinks.SaveRemoved(session, write.Links, run);
            return true;
        },
        stop);
}
