using System.Diagnostics;
using Sametime.Tests.Trials.Saving;
using Sametime.Tests.Trials.Servers;

namespace Sametime.Tests.Trials;

/// <summary>The process of the server applications, which holds the store, is killed while clients save; hub, Edge and clients go on.</summary>
public sealed class ServicesCrashTests(ITestOutputHelper output)
{
    private const int Savers = 8;
    private const int Kills = 3;
    private const int SavesBetween = 100;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_acknowledged_survives_kills_of_the_server_applications_whole_and_once()
    {
        var root = Directory.CreateTempSubdirectory("st-crash-").FullName;
        await using var server = new SplitServer(root);
        await SavingServer.AddUsersAsync(server.Data, Savers, Stop);
        await server.StartAsync(Stop);

        var ledger = new Ledger();
        var recoveries = new List<TimeSpan>();
        await using (new SavingCrowd(Enumerable.Range(0, Savers).Select(user => server.Saver(user, ledger)), Stop))
        {
            for (var kill = 0; kill < Kills; kill++)
            {
                await ledger.MoreAsync(SavesBetween, Stop);
                var started = Stopwatch.GetTimestamp();
                await server.Services.KillAsync();
                await server.StartAsync(Stop);
                await ledger.MoreAsync(1, Stop);
                recoveries.Add(Stopwatch.GetElapsedTime(started));
            }

            await ledger.MoreAsync(SavesBetween, Stop);
        }

        await server.Services.KillAsync();
        var end = Stopwatch.GetTimestamp();
        await using (var store = OpenedStore.Embedded(server.Data))
        {
            var audit = await StoreAudit.OfAsync(store, ledger, end, end, Stop);
            TrialReport.Add(output, $"server applications killed {Kills} times under saves, embedded",
                $"{audit.Acknowledged} acknowledged, {audit.Lost} lost, {audit.Doubled} twice, {audit.Torn} torn; saves go on {string.Join(", ", recoveries.Select(r => r.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)))} s after the kill, its restart included");
            Assert.True(audit.IsSound && audit.Lost == 0, audit.ToString());
        }

        Directory.Delete(root, recursive: true);
    }
}
