using System.Diagnostics;
using System.Globalization;
using System.Net;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Master;
using Sametime.Contracts.Wire.Storage;
using Sametime.Tests.Kit.Clients;

namespace Sametime.Tests.Bench.Golden;

/// <summary>
/// Makes a golden log: runs a small day against a released program, as operators and clients would, and writes the store that it leaves as
/// SQL text. tests/Contract/Golden/README.md says when.
/// </summary>
internal static class GoldenCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not [_, var program, var output])
        {
            Console.Error.WriteLine("golden PATH/sametime.dll FILE.sql");
            return 2;
        }

        var data = Directory.CreateTempSubdirectory("sametime-golden-").FullName;
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await DirectoryAsync(program, data, patience.Token);
            await ClientsAsync(program, data, patience.Token);
            await RunAsync(program, data, "", patience.Token, "user", "remove", "dora");
            await File.WriteAllTextAsync(output, StoreText.Of(Path.Combine(data, "sametime.db")), patience.Token);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }

        return 0;
    }

    // Names with a case of their own, letters from elsewhere, further names, homes, groups, and a user who does not stay.
    private static async Task DirectoryAsync(string program, string data, CancellationToken stop)
    {
        await RunAsync(program, data, "pw-alice", stop, "user", "add", "alice", "--display", "Alice Ærøskøbing", "--alias", "al", "--alias", "A.Example", "--password-stdin");
        await RunAsync(program, data, "pw-bob", stop, "user", "add", "Bob", "--display", "Bob \"B\" Example", "--home", "north", "--password-stdin");
        await RunAsync(program, data, "pw-carol", stop, "user", "add", "carol", "--display", "Čarol 漢字", "--password-stdin");
        await RunAsync(program, data, "pw-dora", stop, "user", "add", "dora", "--password-stdin");
        await RunAsync(program, data, "", stop, "group", "add", "staff", "alice", "bob", "dora");
        await RunAsync(program, data, "", stop, "group", "add", "board", "carol");
        await RunAsync(program, data, "pw-carol-2", stop, "user", "passwd", "carol", "--password-stdin");
        await RunAsync(program, data, "", stop, "user", "home", "Bob", "--any");
        await RunAsync(program, data, "", stop, "user", "home", "carol", "south");
    }

    private static async Task ClientsAsync(string program, string data, CancellationToken stop)
    {
        using var server = Start(program, ["up", "--port", "0", "--data", data]);
        try
        {
            var address = await ReadyAsync(server, stop);
            await using var alice = await CommunityClient.LogInAsync(address, "alice", "pw-alice", stop);
            var storage = await alice.OpenAsync(ServiceTypes.Storage, ProtocolTypes.Storage, ProtocolVersions.Storage, stop);
            await SaveAsync(alice, storage, 1, new StorageItem(0, Opaque.Create("Version=3.1.3\nG People2 People O\nU bob1:: Bob,\n"u8)), stop);
            await SaveAsync(alice, storage, 2, new StorageItem(80, Opaque.Create([0, 1, 2, 254, 255])), stop);
            await SaveAsync(alice, storage, 3, new StorageItem(0, Opaque.Create("Version=3.1.3\nG Friends2 Friends O\nU Bob1:: Bob,\nU carol1:: Carol,\n"u8)), stop);
            await SaveAsync(alice, storage, 4, new StorageItem(27191, Opaque.Empty), stop);
            await alice.SendAsync(new SetPrivacyList(new PrivacyInfo(Deny: true, [new UserItem(new UserId("dora"), "", "Dora")])));
            await alice.TakeAsync<SetPrivacyList>(stop);

            await using var dora = await CommunityClient.LogInAsync(address, "dora", "pw-dora", stop);
            var shelf = await dora.OpenAsync(ServiceTypes.Storage, ProtocolTypes.Storage, ProtocolVersions.Storage, stop);
            await SaveAsync(dora, shelf, 1, new StorageItem(7, Opaque.Create("gone with me"u8)), stop);
            await dora.LogOutAsync(stop);
            await alice.LogOutAsync(stop);
        }
        finally
        {
            using (var kill = Process.Start("kill", ["-TERM", server.Id.ToString(CultureInfo.InvariantCulture)]))
                await kill.WaitForExitAsync(CancellationToken.None);
            await server.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static async Task SaveAsync(CommunityClient client, ChannelId channel, uint request, StorageItem item, CancellationToken stop)
    {
        await client.SendPayloadAsync(channel, new StorageSave(request, Items.Create([item])));
        var saved = await client.TakePayloadAsync<StorageSaved>(channel, stop);
        if (saved.Result != Reason.Success)
            throw new InvalidOperationException($"the value was not saved: {saved.Result}");
    }

    private static async Task<IPEndPoint> ReadyAsync(Process server, CancellationToken stop)
    {
        while (await server.StandardOutput.ReadLineAsync(stop) is { } line)
        {
            if (line.StartsWith("sametime up ready on ", StringComparison.Ordinal))
                return IPEndPoint.Parse(line.Split(' ')[^1]);
        }

        throw new InvalidOperationException("the server ended before it was ready");
    }

    private static async Task RunAsync(string program, string data, string input, CancellationToken stop, params string[] arguments)
    {
        using var process = Start(program, [.. arguments, "--data", data]);
        await process.StandardInput.WriteLineAsync(input.AsMemory(), stop);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"sametime {string.Join(' ', arguments)} ended with {process.ExitCode}: {await output}");
    }

    private static Process Start(string program, IReadOnlyList<string> arguments) => Process.Start(new ProcessStartInfo("dotnet", ["exec", program, .. arguments])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;
}
