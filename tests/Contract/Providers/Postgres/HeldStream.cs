using Npgsql;
using Sametime.Contracts.Events;
using Sametime.Services.Providers.Marten;

namespace Sametime.Tests.Contract.Providers.Postgres;

/// <summary>Another process in the middle of a transaction on a stream: whoever writes to the stream waits for it.</summary>
internal sealed class HeldStream : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlConnection _connection;

    private HeldStream(NpgsqlDataSource source, NpgsqlConnection connection) => (_source, _connection) = (source, connection);

    public static async Task<HeldStream> TakeAsync(PostgresSchema schema, EventStreamName stream, CancellationToken stop)
    {
        var source = NpgsqlDataSource.Create(schema.Options.Connection);
        var connection = await source.OpenConnectionAsync(stop);
        await using var take = new NpgsqlCommand($"SELECT pg_advisory_lock({StoreLocks.Stream(schema.Options.Schema, stream)})", connection);
        await take.ExecuteNonQueryAsync(stop);
        return new HeldStream(source, connection);
    }

    /// <summary>Ends when somebody waits.</summary>
    public async Task IsWaitedForAsync(CancellationToken stop)
    {
        await using var look = new NpgsqlCommand(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))", _connection);
        while (await look.ExecuteScalarAsync(stop) is not true)
            stop.ThrowIfCancellationRequested();
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _source.DisposeAsync();
    }
}
