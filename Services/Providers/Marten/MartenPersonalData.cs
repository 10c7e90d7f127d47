using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers.Subjects;

namespace Sametime.Services.Providers.Marten;

/// <summary>Persons in the store on PostgreSQL.</summary>
internal sealed class MartenPersonalData(MartenEventStore store) : IPersonalData
{
    private readonly MartenPart _part = store.Part;

    public ISubjectKeys Keys => _part.Keys;

    public Task<long> SealHistoryAsync(CancellationToken stop) => store.SealHistoryAsync(stop);

    public async Task<long> RemoveUserAsync(UserId user, CancellationToken stop)
    {
        var stored = await store.AppendAsync(
            EventStreamName.Directory, ExpectedVersion.Any, [new NewEvent(new UserRemoved(user), _part.Time.GetUtcNow())], stop);
        return stored[^1].Position;
    }

    // Whoever forwards holds the lock of its plane. A plane that nobody forwards to now is no reason to wait.
    public async Task<bool?> IsForwardedAsync(long position, CancellationToken stop)
    {
        var planes = await store.QueryAsync("SELECT name, position FROM forwarded", static row => (Name: row.GetString(0), Position: row.GetInt64(1)), stop);
        bool? isForwarded = null;
        foreach (var plane in planes)
        {
            var holders = await store.QueryAsync(
                """
                SELECT 1 FROM pg_locks
                WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND mode = 'ExclusiveLock'
                  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                  AND classid::bigint = (($1::bigint >> 32) & 4294967295) AND objid::bigint = ($1::bigint & 4294967295)
                """,
                static row => row.GetInt32(0), stop, StoreLocks.Forwarder(_part.Options.Schema, plane.Name));
            if (holders.Count > 0)
                isForwarded = (isForwarded ?? true) && plane.Position >= position;
        }

        return isForwarded;
    }

    public async Task ForgetAsync(IReadOnlyDictionary<UserId, UserId> placeholders, CancellationToken stop)
    {
        var keys = placeholders.Keys.Select(MartenFolding.Key).ToArray();
        foreach (var table in MartenFolding.TablesOfUsers)
            await store.QueryAsync($"DELETE FROM {table} WHERE user_key = ANY($1)", static _ => 0, stop, (object)keys);
        await store.QueryAsync("DELETE FROM searched_name WHERE entry_key = ANY($1) AND kind = $2", static _ => 0, stop, keys, (int)DirectoryKinds.Users);

        var lists = await store.QueryAsync("SELECT user_key, fields FROM privacy_list", static row => (Owner: row.GetString(0), Fields: row.GetString(1)), stop);
        foreach (var (owner, fields) in lists.Where(list => ErasedListed.Replace(list.Fields, placeholders) is not null))
        {
            // Who saves another list meanwhile has the last word, and does not know the erased any more.
            await store.QueryAsync(
                "UPDATE privacy_list SET fields = $3 WHERE user_key = $1 AND fields = $2", static _ => 0, stop, owner, fields, ErasedListed.Replace(fields, placeholders)!);
        }
    }

    public Task PurgeAsync(CancellationToken stop) =>
        MartenPurge.RunAsync(_part, [.. MartenSchema.FoldedTables, $"{PostgresSubjectKeys.SchemaOf(_part.Options)}.subject"], stop);

    public IAsyncEnumerable<StoredEvent> ReadOfAsync(IReadOnlySet<SubjectId> persons, CancellationToken stop) => store.ReadOfAsync(persons, stop);
}
