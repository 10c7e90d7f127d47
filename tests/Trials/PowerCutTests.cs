using Sametime.Tests.Kit.Ends;
using Sametime.Tests.Trials.Disks;
using Sametime.Tests.Trials.Saving;

namespace Sametime.Tests.Trials;

/// <summary>
/// The power is cut while people save: the disk is copied at one instant, and the copy is what a store has to start on. A kill would prove
/// nothing here, since what a killed process has written is still in the memory of the system.
/// </summary>
public sealed class PowerCutTests(ITestOutputHelper output)
{
    private const int Savers = 8;

    // Saves between two cuts, so that the instants lie anywhere in a commit.
    private const int FewestBetween = 20;
    private const int MostBetween = 120;
    private const int Seed = 4;

    // A store that does not sync loses seconds.
    private const int BeforeLossyCut = 100;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string> Stores => ["embedded", "PostgreSQL"];

    private static int Cuts => Extent.Of("SAMETIME_TEST_CUTS", 10);

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task What_was_acknowledged_survives_a_power_cut_at_any_instant_whole_and_once(string kind)
    {
        await using var store = await MakeAsync(kind, isDurable: true);
        var ledger = new Ledger();
        var cuts = await SaveAndCutAsync(store, ledger);

        await store.EndAsync(Stop);
        var audits = new List<StoreAudit>();
        foreach (var cut in cuts)
            audits.Add(await store.OnCopyAsync(cut, opened => StoreAudit.OfAsync(opened, ledger, cut.Before, cut.After, Stop), Stop));
        await store.OnCopyAsync(
            cuts[^1],
            async server =>
            {
                var after = new Ledger();
                await using var saving = new SavingCrowd([server.Saver(0, after)], Stop);
                await after.MoreAsync(1, Stop);
            },
            Stop);

        TrialReport.Add(output, $"power cut, {kind}", $"{cuts.Count} cuts, {audits[^1].Acknowledged} acknowledged before the last, {audits.Sum(audit => audit.Lost)} lost, {audits.Sum(audit => audit.Torn)} torn, {audits.Sum(audit => audit.Doubled)} twice");
        Assert.All(audits, audit => Assert.True(audit.IsSound && audit.Lost == 0, audit.ToString()));
        Assert.All(audits.Zip(audits.Skip(1)), pair => Assert.True(pair.First.Acknowledged < pair.Second.Acknowledged));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task The_same_trial_finds_a_store_that_does_not_wait_for_the_disk(string kind)
    {
        await using var store = await MakeAsync(kind, isDurable: false);
        var ledger = new Ledger();
        PowerCut cut;
        await using (new SavingCrowd(SaversOf(store, ledger), Stop))
        {
            await ledger.MoreAsync(BeforeLossyCut, Stop);
            cut = store.Cut();
        }

        await store.EndAsync(Stop);
        var audit = await store.OnCopyAsync(cut, opened => StoreAudit.OfAsync(opened, ledger, cut.Before, cut.After, Stop), Stop);

        TrialReport.Add(output, $"power cut, {kind}, not synced (control)", $"{audit.Lost} of {audit.Acknowledged} acknowledged lost");
        Assert.InRange(audit.Lost, 1, audit.Acknowledged);
    }

    private static async Task<List<PowerCut>> SaveAndCutAsync(IStoreOnDisk store, Ledger ledger)
    {
        var instants = new Random(Seed);
        var cuts = new List<PowerCut>();
        await using (new SavingCrowd(SaversOf(store, ledger), Stop))
        {
            while (cuts.Count < Cuts)
            {
                await ledger.MoreAsync(instants.Next(FewestBetween, MostBetween), Stop);
                cuts.Add(store.Cut());
            }
        }

        return cuts;
    }

    private static Saver[] SaversOf(IStoreOnDisk store, Ledger ledger) => [.. Enumerable.Range(0, Savers).Select(user => store.Server.Saver(user, ledger))];

    private static async Task<IStoreOnDisk> MakeAsync(string kind, bool isDurable)
    {
        var shelf = await Shelf.MakeAsync(Stop);
        return kind == "embedded"
            ? await EmbeddedOnDisk.MakeAsync(shelf, Savers, isDurable, Stop)
            : await PostgresOnDisk.MakeAsync(shelf, Savers, isDurable, Stop);
    }
}
