using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Npgsql;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Services.Providers.Marten;
using Sametime.Services.Providers.Sqlite;
using Sametime.Services.Providers.Subjects;
using Sametime.Services.Replay;
using Sametime.Services.Replay.Community;
using Sametime.Services.Replay.Targets;
using Sametime.Tests.Kit.Servers;

namespace Sametime.Tests.Bench.Replay;

/// <summary>
/// A million events into the sandbox, twice, beside a raw sequential read of the same table, on both stores: rate, memory, and whether the two
/// states are the same.
/// </summary>
internal static class ReplayCommand
{
    private const int BatchEvents = 1_000;

    private static readonly StoreKey Key = StoreKey.From(RandomNumberGenerator.GetBytes(StoreKey.BytesMin));

    public static async Task<int> RunAsync(string[] arguments)
    {
        var events = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 1_000_000;
        Console.WriteLine("store    | events    | recorded/s | raw read/s | replay/s | again/s | part of raw | heap MiB | peak MiB | same state");
        await OnSqliteAsync(events);
        if (Environment.GetEnvironmentVariable(TestServices.PostgresVariable) is { Length: > 0 })
            await OnPostgresAsync(events);
        return 0;
    }

    private static async Task OnSqliteAsync(int events)
    {
        var folder = Directory.CreateTempSubdirectory("sametime-bench-").FullName;
        try
        {
            var options = new SqliteStoreOptions { DataDirectory = folder };
            await using var store = SqliteEventStore.Open(options, Key, new SubjectOptions(), new EventSource(1, 0), TimeProvider.System);
            await MeasureAsync("sqlite", store, store, events, async () =>
            {
                await using var connection = new SqliteConnection($"Data Source={options.FilePath};Mode=ReadOnly;Pooling=False");
                await connection.OpenAsync();
                await using var command = connection.CreateCommand();
                command.CommandText = "SELECT * FROM event ORDER BY position";
                await using var rows = await command.ExecuteReaderAsync();
                return await CountAsync(rows);
            });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task OnPostgresAsync(int events)
    {
        var options = new PostgresOptions { Connection = TestServices.Postgres, Schema = TestServices.NewName(), CommandTimeout = TimeSpan.FromMinutes(5) };
        await using var source = NpgsqlDataSource.Create(options.Connection);
        try
        {
            await using var store = await MartenEventStore.OpenAsync(options, Key, new SubjectOptions(), new EventSource(1, 0), TimeProvider.System, CancellationToken.None);
            await MeasureAsync("postgres", store, store, events, async () =>
            {
                await using var command = source.CreateCommand($"SELECT * FROM {options.Schema}.mt_events ORDER BY seq_id");
                command.CommandTimeout = 300;
                await using var rows = await command.ExecuteReaderAsync();
                return await CountAsync(rows);
            });
        }
        finally
        {
            await using var drop = source.CreateCommand($"DROP SCHEMA IF EXISTS {options.Schema} CASCADE; DROP SCHEMA IF EXISTS {options.Schema}_subjects CASCADE");
            await drop.ExecuteNonQueryAsync();
        }
    }

    // Every column is taken out of its row, and nothing else is done.
    private static async Task<long> CountAsync(System.Data.Common.DbDataReader rows)
    {
        var values = new object[rows.FieldCount];
        var count = 0L;
        for (; await rows.ReadAsync(); count++)
            rows.GetValues(values);
        return count;
    }

    private static async Task MeasureAsync(string name, IEventLog log, IEventStore store, int events, Func<Task<long>> readRaw)
    {
        var recorded = await TimeAsync(events, async () =>
        {
            foreach (var batch in BusyDays.Of(events).Chunk(BatchEvents))
                await log.RecordAsync(batch, CancellationToken.None);
            return events;
        });
        var raw = await TimeAsync(events, readRaw);
        var (first, second) = (new Sandbox(), new Sandbox());
        var meter = new HeapMeter();
        var once = await TimeAsync(events, () => ReplayAsync(log, store, first, events, meter));
        var again = await TimeAsync(events, () => ReplayAsync(log, store, second, events, meter));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-8} | {events,9} | {recorded,10:f0} | {raw,10:f0} | {once,8:f0} | {again,7:f0} | {once / raw,11:f2} | {meter.Most / 1048576.0,8:f0} | {Peak(),8} | {first.Hash() == second.Hash()} {first.Hash()[..12]}"));
    }

    private static async Task<long> ReplayAsync(IEventLog log, IEventStore store, Sandbox sandbox, int events, HeapMeter meter)
    {
        var replay = new LogReplay(log, store, new ReplayOptions(), TimeProvider.System) { Actor = "bench", Command = "replay", OnProgress = meter.Look };
        await using var target = new SandboxTarget(sandbox);
        var statement = await replay.RunAsync(new ReplayQuestion(EventView.Plain) { Kinds = ["community", "channel"] }, target, CancellationToken.None);
        return statement.IsComplete ? Math.Min(statement.EventsRead, events) : throw new InvalidOperationException(statement.ToString());
    }

    private static async Task<double> TimeAsync(int events, Func<Task<long>> run)
    {
        var start = Stopwatch.GetTimestamp();
        var count = await run();
        return count >= events ? count / Stopwatch.GetElapsedTime(start).TotalSeconds : throw new InvalidOperationException($"{count} of {events} events");
    }

    private static string Peak()
    {
        var line = File.ReadLines("/proc/self/status").First(status => status.StartsWith("VmHWM", StringComparison.Ordinal));
        return (long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The most that was on the heap, looked at every page.</summary>
    private sealed class HeapMeter
    {
        public long Most { get; private set; }

        public void Look(ReplayProgress progress) => Most = Math.Max(Most, GC.GetTotalMemory(forceFullCollection: false));
    }
}
