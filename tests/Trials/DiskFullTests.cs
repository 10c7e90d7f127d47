using System.Diagnostics;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Storage;
using Sametime.Tests.Kit.Clients;
using Sametime.Tests.Trials.Disks;
using Sametime.Tests.Trials.Saving;
using Sametime.Tests.Trials.Servers;

namespace Sametime.Tests.Trials;

/// <summary>The disk of the store is full for a while, as somebody else on it has taken what was left.</summary>
public sealed class DiskFullTests(ITestOutputHelper output)
{
    private const int Mebibytes = 48;
    private const int Savers = 4;
    private const int Saves = 100;
    private const int Refusals = 50;
    private const int Reader = Savers;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Saves_are_refused_while_the_disk_is_full_and_go_on_by_themselves_and_all_else_goes_on()
    {
        await using var shelf = await Shelf.MakeAsync(Stop);
        var root = Directory.CreateTempSubdirectory("st-full-").FullName;
        var disk = await shelf.MountAsync(await shelf.MakeDiskAsync("small.img", Mebibytes, Stop), Path.Combine(root, "disk"), Stop);
        var data = Path.Combine(disk.Folder, "data");
        await SavingServer.AddUsersAsync(data, Savers + 1, Stop);
        await using var server = new SavingServer(data);
        await server.StartAsync(Stop);
        await using var reader = await server.LogInAsync(Reader, Stop);
        var values = await reader.OpenAsync(ServiceTypes.Storage, ProtocolTypes.Storage, ProtocolVersions.Storage, Stop);

        var ledger = new Ledger();
        TimeSpan resumed;
        await using (new SavingCrowd(Enumerable.Range(0, Savers).Select(user => server.Saver(user, ledger)), Stop))
        {
            await ledger.MoreAsync(Saves, Stop);
            var ballast = Path.Combine(disk.Folder, "ballast");
            Fill(ballast);
            await ledger.MoreRefusedAsync(Refusals, Stop);

            // Who is logged in reads on, and others may come.
            await reader.SendPayloadAsync(values, new StorageLoad(1, [Saver.FirstKey]));
            Assert.Equal(Reason.Success, (await reader.TakePayloadAsync<StorageLoaded>(values, Stop)).Result);
            await using (var newcomer = await server.LogInAsync(Reader, Stop))
                Assert.NotNull(newcomer.Ack);

            var freed = Stopwatch.GetTimestamp();
            File.Delete(ballast);
            await ledger.MoreAsync(1, Stop);
            resumed = Stopwatch.GetElapsedTime(freed);
            await ledger.MoreAsync(Saves, Stop);
        }

        Assert.True(server.Has("The disk of the store is full"), "nobody was told that the disk is full");
        await server.KillAsync();
        var end = Stopwatch.GetTimestamp();
        await using (var store = OpenedStore.Embedded(data))
        {
            var audit = await StoreAudit.OfAsync(store, ledger, end, end, Stop);
            TrialReport.Add(output, "disk full, embedded",
                $"{Refusals} saves and more refused, {audit.Acknowledged} acknowledged, {audit.Lost} lost, {audit.Torn} torn; saves go on {resumed.TotalSeconds:0.0} s after there is room");
            Assert.True(audit.IsSound && audit.Lost == 0, audit.ToString());
        }

        await disk.DisposeAsync();
        Directory.Delete(root, recursive: true);
    }

    // To the last block that a program gets.
    private static void Fill(string file)
    {
        var block = new byte[4096];
        using var ballast = new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        try
        {
            while (true)
                ballast.Write(block);
        }
        catch (IOException)
        {
            // That was the last.
        }
    }
}
