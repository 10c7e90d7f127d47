using System.Net;
using System.Text.Json.Nodes;
using Sametime.Compose.Accounts;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Tests.Kit.Clients;
using Sametime.Tests.Kit.Servers;
using Sametime.Tests.Trials.Saving;

namespace Sametime.Tests.Trials.Servers;

/// <summary><c>sametime up</c> on a store of the test's choice, and people who save there.</summary>
internal sealed class SavingServer : IAsyncDisposable
{
    public const string Password = "trial";

    // Hashes are made cheap, since every login here costs one, and nobody is slowed down.
    public static readonly string[] ServiceSettings =
        ["--Passwords:MemoryKiB=64", "--Passwords:Passes=1", "--UserStorage:SavesPerSecond=100000", "--UserStorage:SavesBurst=1000"];

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
        Door = new IPEndPoint(IPAddress.Loopback, Ports.Free());
        _process = new ProgramProcess($"server-{number}", "up", data,
        [
            "up", "--data", data, "--host", Door.Address.ToString(), "--port", Door.Port.ToString(CultureInfo.InvariantCulture),
            $"--Hub:Number={number.ToString(CultureInfo.InvariantCulture)}", "--Edge:Tls=Off", .. ServiceSettings, .. _store,
        ]) { Environment = environment ?? new Dictionary<string, string>() };
    }

    public IPEndPoint Door { get; }

    public static string NameOf(int user) => string.Create(CultureInfo.InvariantCulture, $"saver{user}");

    /// <summary>Adds people, numbered from 0; the server need not run.</summary>
    public async Task AddUsersAsync(int count, CancellationToken stop)
    {
        WriteSettings();
        var data = new DataDirectory(_process.Data);
        data.Create();
        await (await Store.MakeAsync(data, ServerSettings.Load(data, SettingOverrides.Split(_store)), stop)).DisposeAsync();
        await AddUsersAsync(_process.Data, count, stop, _store);
    }

    /// <summary>Adds people, numbered from 0, to the store of a data folder.</summary>
    public static async Task AddUsersAsync(string data, int count, CancellationToken stop, params string[] store)
    {
        await using var book = await AccountBook.OpenAsync(new DataDirectory(data), SettingOverrides.Split([.. ServiceSettings, .. store]), stop);
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

    /// <summary>One of the people, logged in.</summary>
    public Task<CommunityClient> LogInAsync(int user, CancellationToken stop) => CommunityClient.LogInAsync(Door, NameOf(user), Password, stop);

    /// <summary>Whether it has said something.</summary>
    public bool Has(string words) => _process.Tail(int.MaxValue).Contains(words, StringComparison.Ordinal);

    /// <summary>kill -9.</summary>
    public Task KillAsync() => _process.KillAsync();

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    // A password stands in a file, never on a command line.
    private void WriteSettings()
    {
        if (_postgres is null)
            return;
        Directory.CreateDirectory(_process.Data);
        File.WriteAllText(Path.Combine(_process.Data, "store.key"), OpenedStore.SharedKey);
        File.WriteAllText(Path.Combine(_process.Data, "sametime.json"), new JsonObject { ["Postgres"] = new JsonObject { ["Connection"] = _postgres } }.ToJsonString());
    }
}
