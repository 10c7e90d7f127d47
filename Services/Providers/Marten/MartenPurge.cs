using Npgsql;

namespace Sametime.Services.Providers.Marten;

/// <summary>Frees tables of deleted rows: written anew when they are not too big, else marked as free, and overwritten by and by.</summary>
internal static class MartenPurge
{
    public static Task<bool> RunAsync(MartenPart part, IReadOnlyCollection<string> tables, CancellationToken stop) => SecondAttempt.OfRepeatableAsync(part.Source, async () =>
    {
        await using var connection = await part.Source.OpenConnectionAsync(stop);
        await ExecuteAsync("SET statement_timeout = 0");
        await ExecuteAsync($"SET lock_timeout = {(long)part.Options.CommandTimeout.TotalMilliseconds}");
        foreach (var table in tables)
        {
            await using var size = new NpgsqlCommand("SELECT pg_total_relation_size($1::regclass)", connection) { Parameters = { new() { Value = table } } };
            await ExecuteAsync(await size.ExecuteScalarAsync(stop) is long bytes && bytes <= part.Keys.Options.RewriteBytesMax ? $"VACUUM FULL {table}" : $"VACUUM {table}");
        }

        await ExecuteAsync("RESET lock_timeout; RESET statement_timeout");
        return true;

        async Task ExecuteAsync(string sql)
        {
#pragma warning disable CA2100 // names of tables of ours
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync(stop);
        }
    });
}
