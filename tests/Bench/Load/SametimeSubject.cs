using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Contracts.Events;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers.Sqlite;
using Sametime.Services.Users.Passwords;

namespace Sametime.Tests.Bench.Load;

/// <summary>
/// The server, whole in one process (<c>sametime up</c>). Its users share one cheap password hash, so that a login costs what
/// the server does for it and not what the hash is made to cost; rates a person is held to are lifted for the generator.
/// </summary>
internal sealed class SametimeSubject() : Subject("sametime up")
{
    private const string Password = "load";

    private static readonly PasswordOptions CheapHash = new() { MemoryKiB = 64, Passes = 1 };

    private readonly string _data = Directory.CreateTempSubdirectory("sametime-load-").FullName;
    private ServerProcess? _server;

    public override IReadOnlyList<int> Processes => [_server!.Id];

    public override IPEndPoint EndPoint => _server!.EndPoint;

    public override async Task StartAsync(int users, CancellationToken stop)
    {
        await AddUsersAsync(users, stop);
        _server = await ServerProcess.StartAsync("sametime.dll",
        [
            "up", "--data", _data, "--port", "0",
            $"--Passwords:MemoryKiB={CheapHash.MemoryKiB}", $"--Passwords:Passes={CheapHash.Passes}",
            "--Hub:Limits:InstantMessages:PerSecond=1000000", "--Hub:Limits:InstantMessages:Burst=1000000",
            "--Hub:Limits:StatusChanges:PerSecond=1000000", "--Hub:Limits:StatusChanges:Burst=1000000",
            "--Hub:SingleMachineRule=false", "--Log:Level=Warning",
        ], stop);
    }

    public override LoadClient NewClient(IByteStream stream, int number) => new SametimeClient(stream, NameOf(number), Password);

    public override Task JoinAsync(LoadClient one, int oneNumber, LoadClient other, int otherNumber) =>
        ((SametimeClient)one).JoinAsync(NameOf(otherNumber));

    public override Task WatchAsync(LoadClient watcher, int watched) => ((SametimeClient)watcher).WatchAsync(NameOf(watched));

    public override ValueTask DisposeAsync()
    {
        _server?.Dispose();
        Directory.Delete(_data, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static string NameOf(int number) => $"u{number}";

    private async Task AddUsersAsync(int users, CancellationToken stop)
    {
        var hash = new PasswordHasher(CheapHash).Hash(Encoding.UTF8.GetBytes(Password));
        await using var store = SqliteEventStore.Open(new SqliteStoreOptions { DataDirectory = _data }, new EventSource(1, 0), TimeProvider.System);
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
