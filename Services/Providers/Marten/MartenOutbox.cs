using Npgsql;
using Sametime.Contracts.Providers;
using Sametime.Services.Providers.Outbox;

namespace Sametime.Services.Providers.Marten;

/// <summary>
/// The log on PostgreSQL as an outbox of one event plane. Of all processes of the community the one that holds the plane's session lock
/// forwards; the lock goes with its connection, so after a crash another takes over at its next attempt. The lock is tried and never
/// waited for: a backend that waits inside a statement does not notice that its client is gone.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="plane">Name of the event plane; a position is kept for each.</param>
/// <param name="options">Its times.</param>
internal sealed class MartenOutbox(MartenEventStore store, string plane, OutboxOptions options) : IOutbox
{
    public Task RegisterAsync(CancellationToken stop) => SecondAttempt.OfRepeatableAsync(store.Part.Source, async () =>
    {
        await using var command = store.Part.Source.CreateCommand(
            "INSERT INTO forwarded (name, position) SELECT $1, coalesce(max(seq_id), 0) FROM mt_events ON CONFLICT DO NOTHING");
        command.Parameters.Add(new NpgsqlParameter { Value = plane });
        return await command.ExecuteNonQueryAsync(stop);
    });

    public Task<IOutboxLead?> TryLeadAsync(CancellationToken stop) => SecondAttempt.OfRepeatableAsync<IOutboxLead?>(store.Part.Source, async () =>
    {
        var connection = await store.Part.Source.OpenConnectionAsync(stop);
        var lead = new Lead(this, connection);
        try
        {
            if (await lead.TryLockAsync(stop))
                return lead;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        return null;
    });

    private sealed class Lead(MartenOutbox outbox, NpgsqlConnection connection) : IOutboxLead
    {
        private readonly MartenPart _part = outbox.Store.Part;

        public async Task<bool> TryLockAsync(CancellationToken stop)
        {
            if (await ExecuteAsync("SELECT pg_try_advisory_lock($1)", stop, StoreLocks.Forwarder(_part.Options.Schema, outbox.Plane)) is not true)
                return false;
            await ExecuteAsync($"LISTEN {MartenPart.NotifyChannel(_part.Options.Schema)}", stop);
            return true;
        }

        public Task<long> LoadPositionAsync(CancellationToken stop) => PostgresFault.TranslatedAsync(async () =>
            await ExecuteAsync("SELECT position FROM forwarded WHERE name = $1", stop, outbox.Plane) is long position ? position : 0);

        public IAsyncEnumerable<StoredEvent> ReadAsync(long after, CancellationToken stop) => outbox.Store.ReadAllAsync(after, stop);

        // On the connection that holds the lock: who has lost it cannot write a position.
        public Task SavePositionAsync(long position, CancellationToken stop) => PostgresFault.TranslatedAsync(() =>
            ExecuteAsync("UPDATE forwarded SET position = $1 WHERE name = $2 AND position < $1", stop, position, outbox.Plane));

        public Task WaitAsync(CancellationToken stop) => PostgresFault.TranslatedAsync(async () =>
            await connection.WaitAsync(outbox.Options.PollInterval, stop) ? null : await ExecuteAsync("SELECT 1", stop));

        public async ValueTask DisposeAsync()
        {
            try
            {
                await ExecuteAsync("SELECT pg_advisory_unlock_all()", CancellationToken.None);
                await ExecuteAsync("UNLISTEN *", CancellationToken.None);
            }
            catch (Exception failure) when (PostgresFault.Translate(failure) is StoreException)
            {
                // The connection is gone, and the lock with it.
            }

            await connection.DisposeAsync();
        }

        private async Task<object?> ExecuteAsync(string sql, CancellationToken stop, params object[] values)
        {
            if (connection.State != System.Data.ConnectionState.Open)
                throw new StoreUnavailableException("The connection that held the lock was cut.");
#pragma warning disable CA2100 // constants of this file
            await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
            foreach (var value in values)
                command.Parameters.Add(new NpgsqlParameter { Value = value });
            return await command.ExecuteScalarAsync(stop);
        }
    }

    private MartenEventStore Store => store;

    private string Plane => plane;

    private OutboxOptions Options => options;
}
