using Sametime.Contracts.Providers;
using Sametime.Services.Providers.Outbox;

namespace Sametime.Services.Providers.Sqlite;

/// <summary>
/// The log of the embedded store as an outbox. Only one server process may use a data directory, so whoever asks leads; what commands of
/// other processes append is found at the next poll.
/// </summary>
internal sealed class SqliteOutbox(SqliteEventStore store, OutboxOptions options, TimeProvider time) : IOutbox, IOutboxLead
{
    private const string Plane = "plane";

    public async Task RegisterAsync(CancellationToken stop) => await store.WriteAsync(
        static write => write.Session.Execute(
            "INSERT INTO forwarded (name, position) SELECT $1, coalesce(max(position), 0) FROM event WHERE true ON CONFLICT DO NOTHING", Plane),
        stop);

    public Task<IOutboxLead?> TryLeadAsync(CancellationToken stop) => Task.FromResult<IOutboxLead?>(this);

    public Task<long> LoadPositionAsync(CancellationToken stop) =>
        Task.FromResult(store.Read(static session => session.Number("SELECT position FROM forwarded WHERE name = $1", Plane)));

    public IAsyncEnumerable<StoredEvent> ReadAsync(long after, CancellationToken stop) => store.ReadAllAsync(after, stop);

    public async Task SavePositionAsync(long position, CancellationToken stop) => await store.WriteAsync(
        write => write.Session.Execute("UPDATE forwarded SET position = $2 WHERE name = $1", Plane, position), stop);

    public Task WaitAsync(CancellationToken stop) => store.WaitForCommitAsync(options.PollInterval, time, stop);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
