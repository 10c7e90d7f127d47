using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Sametime.Compose.Accounts;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Tests.Kit.Servers;
using Sametime.Tests.Trials.Saving;

namespace Sametime.Tests.Trials.Servers;

/// <summary><c>sametime up</c> on a store of the test's choice, and people who save there.</summary>
internal sealed class SavingServer : IAsyncDisposable
{
    private const string Password = "trial";

    // Hashes are made cheap, since every login here costs one, and nobody is slowed down.
    private static readonly string[] Settings =
    [
        "--Passwords:MemoryKiB=64", "--Passwords:Passes=1", "--UserStorage:SavesPerSecond=100000", "--UserStorage:SavesBurst=1000", "--Edge:Tls=Off",
    ];

    private readonly string[] _store;
    private readonly string? _postgres;
    private readonly ProgramProcess _process;

    /// <param name="data">Its data folder.</param>
    /// <param name="number">The number of its hub.</param>
    /// <param name="environment">Variables that it has beside those of the test.</param>
    /// <param name="postgres">Where its store is, as an Npgsql connection string; null for the embedded one in the data folder.</param>
    public SavingServer(string data, int number = 1, IReadOnlyDictionary<string, string>? environment = null, string? postgres = null)
    {
        (_postgres, _store) = (postgres, postgres is null ? [] : ["--Store:Kind=Postgres"]);
        Door = new IPEndPoint(IPAddress.Loopback, FreePort());
        _process = new ProgramProcess($"server-{number}", "up", data,
        [
            "up", "--data", data, "--host", Door.Address.ToString(), "--port", Door.Port.ToString(CultureInfo.InvariantCulture),
            $"--Hub:Number={number.ToString(CultureInfo.InvariantCulture)}", .. Settings, .. _store,
        ]) { Environment = environment ?? new Dictionary<string, string>() };
    }

    public IPEndPoint Door { get; }

    public static string NameOf(int user) => string.Create(CultureInfo.InvariantCulture, $"saver{user}");

    /// <summary>Adds people, numbered from 0; the server need not run.</summary>
    public async Task AddUsersAsync(int count, CancellationToken stop)
    {
        WriteSettings();
        await using var book = await AccountBook.OpenAsync(new DataDirectory(_process.Data), SettingOverrides.Split([.. Settings, .. _store]), stop);
        for (var i = 0; i < count; i++)
            await book.AddUserAsync(new UserRecord(new UserId(NameOf(i)), NameOf(i), []), Password, stop);
    }

    /// <summary>Somebody who saves.</summary>
    public Saver Saver(int user, Ledger ledger, TimeSpan pace = default) => new(Door, NameOf(user), Password, ledger, pace);

    /// <summary>Starts it and waits until it is ready.</summary>
    public Task StartAsync(CancellationToken stop)
    {
        WriteSettings();
        return _process.StartAsync(stop);
    }

    /// <summary>kill -9.</summary>
    public Task KillAsync() => _process.KillAsync();

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    // A password stands in a file, never on a command line.
    private void WriteSettings()
    {
        if (_postgres is null)
            return;
        Directory.CreateDirectory(_process.Data);
        File.WriteAllText(Path.Combine(_process.Data, "sametime.json"), new JsonObject { ["Postgres"] = new JsonObject { ["Connection"] = _postgres } }.ToJsonString());
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
