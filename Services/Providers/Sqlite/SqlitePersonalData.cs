using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers.Subjects;

namespace Sametime.Services.Providers.Sqlite;

/// <summary>Persons in the embedded store.</summary>
/// <param name="store">The store.</param>
/// <param name="directory">The directory in it, which is kept in memory.</param>
/// <param name="isServed">Whether a server runs on the store.</param>
internal sealed class SqlitePersonalData(SqliteEventStore store, SqliteUserDirectory directory, Func<bool> isServed) : IPersonalData
{
    public ISubjectKeys Keys => store.Keys;

    public Task<long> SealHistoryAsync(CancellationToken stop) => store.SealHistoryAsync(stop);

    public async Task<long> RemoveUserAsync(UserId user, CancellationToken stop)
    {
        var removed = await store.WriteAsync(
            write =>
            {
                write.Append(EventStreamName.Directory, new UserRemoved(user));
                return write.Appended[^1];
            },
            stop);
        directory.Notice(removed.Envelope);
        return removed.Position;
    }

    public Task<bool?> IsForwardedAsync(long position, CancellationToken stop) => Task.FromResult<bool?>(
        isServed() ? store.Read(static session => session.Number("SELECT max(position) FROM forwarded")) >= position : null);

    public async Task ForgetAsync(IReadOnlyDictionary<UserId, UserId> placeholders, CancellationToken stop) => await store.WriteAsync(
        write =>
        {
            foreach (var user in placeholders.Keys)
                SqliteFolding.Forget(write.Session, user);
            foreach (var (owner, fields) in write.Session.List("SELECT user_key, fields FROM privacy_list", static row => (row.GetString(0), row.GetString(1))))
            {
                if (ErasedListed.Replace(fields, placeholders) is { } replaced)
                    write.Session.Execute("UPDATE privacy_list SET fields = $2 WHERE user_key = $1", owner, replaced);
            }

            return true;
        },
        stop);

    public Task PurgeAsync(CancellationToken stop) => SqlitePurge.RunAsync(store, stop);

    public IAsyncEnumerable<Contracts.Providers.StoredEvent> ReadOfAsync(IReadOnlySet<SubjectId> persons, CancellationToken stop) => store.ReadOfAsync(persons, stop);
}
