using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Contracts.Events;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers.Sqlite;
using Sametime.Services.Providers.Subjects;
using Sametime.Services.Users.Passwords;

namespace Sametime.Tests.Bench.Load;

/// <summary>
/// The server, whole in one process (<c>sametime up</c>), or several of them as hubs of one community over a broker, with the clients
/// dealt out in turn. Its users share one cheap password hash, so that a login costs what the server does for it and not what the hash is
/// made to cost; rates a person is held to are lifted for the generator.
/// </summary>
/// <param name="hubs">How many processes.</param>
/// <param name="broker">Address of the RabbitMQ that joins them; empty for one.</param>
internal sealed class SametimeSubject(int hubs = 1, string broker = "") : Subject(hubs == 1 ? "sametime up" : $"{hubs} hubs")
{
    private const string Password = "load";

    private static readonly PasswordOptions CheapHash = new() { MemoryKiB = 64, Passes = 1 };

    private readonly string _data = Directory.CreateTempSubdirectory("sametime-load-").FullName;
    private readonly List<ServerProcess> _servers = [];

    public override IReadOnlyList<int> Processes => [.. _servers.Select(server => server.Id)];

    public override IPEndPoint EndPointOf(int number) => _servers[number % hubs].EndPoint;

    public override async Task StartAsync(int users, CancellationToken stop)
    {
        var prefix = Path.GetFileName(_data);
        for (var number = 1; number <= hubs; number++)
        {
            var folder = FolderOf(number);
            Directory.CreateDirectory(folder);
            await AddUsersAsync(folder, users, stop);
            if (number > 1)
            {
                File.Copy(Path.Combine(FolderOf(1), "link.key"), Path.Combine(folder, "link.key"));
            }

            _servers.Add(await ServerProcess.StartAsync("sametime.dll",
            [
                "up", "--data", folder, "--port", "0", $"--Hub:Name=hub-{number}", $"--Hub:Number={number}", $"--Broker:Uri={broker}",
                $"--Broker:Prefix={prefix}", $"--Passwords:MemoryKiB={CheapHash.MemoryKiB}", $"--Passwords:Passes={CheapHash.Passes}",
                "--Hub:Limits:InstantMessages:PerSecond=1000000", "--Hub:Limits:InstantMessages:Burst=1000000",
                "--Hub:Limits:StatusChanges:PerSecond=1000000", "--Hub:Limits:StatusChanges:Burst=1000000",
                "--Hub:SingleMachineRule=false", "--Log:Level=Warning",
            ], stop));
        }
    }

    public override LoadClient NewClient(IByteStream stream, int number) => new SametimeClient(stream, NameOf(number), Password);

    public override Task JoinAsync(LoadClient one, int oneNumber, LoadClient other, int otherNumber) =>
        ((SametimeClient)one).JoinAsync(NameOf(otherNumber));

    public override Task WatchAsync(LoadClient watcher, int watched) => ((SametimeClient)watcher).WatchAsync(NameOf(watched));

    public override async Task<string?> TellAsync(CancellationToken stop)
    {
        if (hubs == 1)
        {
            return null;
        }

        var status = await ServerProcess.OutputOfAsync("sametime.dll", ["status", "--json", "--data", FolderOf(1)], stop);
        var carried = JsonNode.Parse(status)!["up"]!["hub"]!["broker"]!;
        return $"{carried["frames"]} frames from hub 1 to the broker, {carried["framesPerMessage"]} in a message on average";
    }

    public override ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            server.Dispose();
        }

        Directory.Delete(_data, recursive: true);
        return ValueTask.CompletedTask;
    }

    private string FolderOf(int number) => Path.Combine(_data, $"hub-{number}");

    private static string NameOf(int number) => $"u{number}";

    // As the server finds it when it starts.
    private static StoreKey StoreKey(string folder)
    {
        var key = RandomNumberGenerator.GetBytes(Sametime.Services.Providers.Subjects.StoreKey.BytesMin);
        File.WriteAllText(Path.Combine(folder, "store.key"), Convert.ToHexString(key));
        return Sametime.Services.Providers.Subjects.StoreKey.From(key);
    }

    private static async Task AddUsersAsync(string folder, int users, CancellationToken stop)
    {
        var hash = new PasswordHasher(CheapHash).Hash(Encoding.UTF8.GetBytes(Password));
        await using var store = SqliteEventStore.Open(
            new SqliteStoreOptions { DataDirectory = folder }, StoreKey(folder), new SubjectOptions(), new EventSource(1, 0), TimeProvider.System);
        await using var directory = SqliteUserDirectory.Open(store, new DirectoryLimits(), TimeProvider.System, NullLogger<SqliteUserDirectory>.Instance);
        foreach (var batch in Enumerable.Range(0, users).Chunk(200))
        {
            await Task.WhenAll(batch.Select(number => AddAsync(directory, number, hash, stop)));
        }
    }

    private static async Task AddAsync(SqliteUserDirectory directory, int number, string hash, CancellationToken stop)
    {
        var user = new UserRecord(new UserId(NameOf(number)), NameOf(number), [NameOf(number)]);
        var change = await directory.AddUserAsync(user, hash, stop);
        if (change != DirectoryChange.Done)
        {
            throw new InvalidOperationException($"user {user.Id} was not added: {change}");
        }
    }
}
