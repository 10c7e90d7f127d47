using System.Diagnostics;
using Sametime.Tests.Kit.Servers;
using Sametime.Tests.Trials.Saving;
using Sametime.Tests.Trials.Servers;

namespace Sametime.Tests.Trials;

/// <summary>The database that two hubs share crashes while people of both save, 50 times a second.</summary>
public sealed class DatabaseCrashTests(ITestOutputHelper output)
{
    private const int SaversEach = 5;
    private const int SavesBefore = 50;
    private const int SavesAfter = 50;

    // Ten people, five times a second each.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_acknowledged_survives_kills_and_immediate_stops_of_the_database_whole_and_once()
    {
        await using var database = await OwnServices.StartAsync(OwnServices.Database, Stop);
        var root = Directory.CreateTempSubdirectory("st-crash-").FullName;
        await using var one = new SavingServer(Path.Combine(root, "1"), number: 1, postgres: database.Postgres);
        await using var other = new SavingServer(Path.Combine(root, "2"), number: 2, postgres: database.Postgres);
        await one.AddUsersAsync(2 * SaversEach, Stop);
        await Task.WhenAll(one.StartAsync(Stop), other.StartAsync(Stop));

        var ledger = new Ledger();
        var recoveries = new List<TimeSpan>();
        Func<Task>[] crashes =
        [
            () => database.KillAsync(OwnServices.Database, Stop), () => database.AbortDatabaseAsync(Stop),
            () => database.KillAsync(OwnServices.Database, Stop), () => database.AbortDatabaseAsync(Stop),
        ];
        await using (new SavingCrowd(Enumerable.Range(0, 2 * SaversEach).Select(user => (user < SaversEach ? one : other).Saver(user, ledger, Pace)), Stop))
        {
            foreach (var crash in crashes)
            {
                await ledger.MoreAsync(SavesBefore, Stop);
                var started = Stopwatch.GetTimestamp();
                await crash();
                await database.StartAgainAsync(OwnServices.Database, Stop);
                await ledger.MoreAsync(1, Stop);
                recoveries.Add(Stopwatch.GetElapsedTime(started));
            }

            await ledger.MoreAsync(SavesAfter, Stop);
        }

        await Task.WhenAll(one.KillAsync(), other.KillAsync());
        var end = Stopwatch.GetTimestamp();
        await using var store = await OpenedStore.PostgresAsync(database.Postgres, Stop);
        var audit = await StoreAudit.OfAsync(store, ledger, end, end, Stop);

        TrialReport.Add(output, "PostgreSQL killed twice, stopped at once twice, 50 saves/s from two hubs",
            $"{audit.Acknowledged} acknowledged, {audit.Lost} lost, {audit.Doubled} twice, {audit.Torn} torn; saves go on {recoveries.Max().TotalSeconds:0.0} s after the crash at most, its restart included");
        Assert.True(audit.IsSound && audit.Lost == 0, audit.ToString());
        Directory.Delete(root, recursive: true);
    }
}
