using System.Net;
using System.Text.Json.Nodes;
using Sametime.Compose.Accounts;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Tests.Kit.Clients;
using Sametime.Tests.Kit.Repository;
using Sametime.Tests.Kit.Servers;

namespace Sametime.Tests.Cluster.Running;

/// <summary>
/// Three hubs, each with its server applications, and three Edges, as processes; a RabbitMQ and a PostgreSQL of their own. An Edge knows
/// all hubs and prefers the one of its own number, so that a test chooses who is where. The last hub reaches the broker through a relay,
/// which can cut it off.
/// </summary>
public sealed class ThreeHubs : IAsyncLifetime
{
    public const int Count = 3;

    /// <summary>Users there are: number 0 and on.</summary>
    public const int Users = 330;

    public const string Password = "cluster";

    // Fewer than the connections that one process has to the database.
    private const int AddedAtOnce = 8;

    private const string Host = "127.0.0.1";

    // Hashes are made cheap, since every login here costs one; a person's rates are lifted for machines that speak for hundreds.
    private static readonly string[] ServiceSettings =
    [
        "--Passwords:MemoryKiB=64", "--Passwords:Passes=1", "--UserStorage:SavesPerSecond=1000", "--Applications:AskTimeout=00:00:05",
    ];

    private static readonly string[] HubSettings =
    [
        "--Hub:Limits:InstantMessages:PerSecond=1000", "--Hub:Limits:ChannelCreates:PerSecond=1000", "--Broker:RetryDelayMax=00:00:02",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("st-three-").FullName;
    private readonly List<ProgramProcess> _hubs = [];
    private readonly List<ProgramProcess> _services = [];
    private readonly List<ProgramProcess> _edges = [];
    private readonly List<IPEndPoint> _doors = [];
    private readonly List<int> _healthPorts = [];

    /// <summary>The broker and the database.</summary>
    public OwnServices Servers { get; private set; } = null!;

    /// <summary>Between the last hub and the broker.</summary>
    public TcpRelay BrokerOfLast { get; private set; } = null!;

    internal IReadOnlyList<ProgramProcess> Hubs => _hubs;

    internal IReadOnlyList<ProgramProcess> Services => _services;

    internal IEnumerable<ProgramProcess> All => [.. _hubs, .. _services, .. _edges];

    public static string NameOf(int user) => string.Create(CultureInfo.InvariantCulture, $"user{user:000}");

    /// <summary>Where clients of an Edge connect.</summary>
    public IPEndPoint Door(int edge) => _doors[edge];

    /// <summary>Where a hub tells its health.</summary>
    public Uri HealthOf(int hub) => new($"http://{Host}:{_healthPorts[hub]}/health/ready");

    public async ValueTask InitializeAsync()
    {
        var stop = TestContext.Current.CancellationToken;
        Servers = await OwnServices.StartAsync(stop);
        await PrepareServersAsync(stop);
        Plan();
        await AddUsersAsync(stop);
        await StartAsync(stop);
    }

    /// <summary>Starts what does not run; done when everybody is linked.</summary>
    public async Task StartAsync(CancellationToken stop)
    {
        // Hubs first: all others dial them.
        foreach (var row in new[] { _hubs, _services, _edges })
        {
            await Task.WhenAll(row.Select(process => process.StartAsync(stop)));
        }

        await Task.WhenAll(_services.Select(services => Eventually.IsAsync(
            async () => (bool?)(await services.StatusAsync(stop))?["services"]?["connected"] == true, $"{services.Name} reaches its hub", stop)));
        await Task.WhenAll(_edges.Select(edge => Eventually.IsAsync(
            async () => (await edge.StatusAsync(stop))?["edge"]?["uplinks"] is JsonArray links && links.Count(link => link!["peer"] is not null) == Count,
            $"{edge.Name} reaches all hubs", stop)));
        await HubsAgree.Async(this, stop);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in All.Reverse())
        {
            await process.DisposeAsync();
        }

        if (BrokerOfLast is not null)
            await BrokerOfLast.DisposeAsync();
        if (Servers is not null)
            await Servers.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private string Secrets => Path.Combine(_folder, "secrets");

    // The same users with the same rights as compose/cluster makes.
    private async Task PrepareServersAsync(CancellationToken stop)
    {
        var broker = new Uri(Servers.RabbitMq);
        var database = Servers.Postgres.Split(';').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        var (code, _, errors) = await Script.TryAsync(
            Repo.PathOf("compose", "secrets"), [Secrets, $"{Host}:{broker.Port}", $"{database["Host"]}:{database["Port"]}"], stop);
        Assert.True(code == 0, errors);

        // The broker's own user cannot look into our folder.
        var definitions = Path.Combine(Servers.Folder, "definitions.json");
        File.Copy(Path.Combine(Secrets, "rabbitmq.json"), definitions);
        await Servers.RabbitMqCtlAsync(["import_definitions", definitions], stop);
        File.Delete(definitions);
        foreach (var statement in File.ReadLines(Path.Combine(Secrets, "postgres.sql")).Where(line => line.Length > 0))
        {
            await Servers.SqlAsync(statement, stop);
        }

        BrokerOfLast = new TcpRelay(new IPEndPoint(IPAddress.Loopback, broker.Port));
    }

    private void Plan()
    {
        string[] key = ["--link-key", Path.Combine(Secrets, "link.key")];
        var links = Enumerable.Range(0, Count).Select(_ => $"{Host}:{Ports.Free()}").ToArray();
        for (var i = 0; i < Count; i++)
        {
            var number = (i + 1).ToString(CultureInfo.InvariantCulture);
            var (hub, services, edge) = (Folder($"hub-{number}"), Folder($"services-{number}"), Folder($"edge-{number}"));
            _healthPorts.Add(Ports.Free());
            _doors.Add(new IPEndPoint(IPAddress.Parse(Host), Ports.Free()));
            WriteSettings(hub, "hub.json", i);
            WriteSettings(services, "services.json", i);
            _hubs.Add(new ProgramProcess($"hub-{number}", "hub", hub,
            [
                "hub", "--data", hub, "--link-port", links[i].Split(':')[1], .. key, $"--Hub:Name=hub-{number}", $"--Hub:Number={number}",
                $"--Hub:LinkAddresses:0={links[i]}", $"--Observability:Listen={Host}:{_healthPorts[i]}", .. HubSettings,
            ]));
            _services.Add(new ProgramProcess($"services-{number}", "services", services,
            [
                "services", "--data", services, "--hub", links[i], .. key, $"--Services:Name=services-{number}", "--Store:Kind=Postgres", .. ServiceSettings,
            ]));
            _edges.Add(new ProgramProcess($"edge-{number}", $"edge-edge-{number}", edge,
            [
                "edge", "--data", edge, "--host", Host, "--port", _doors[i].Port.ToString(CultureInfo.InvariantCulture), .. key,
                .. Enumerable.Range(0, Count).SelectMany(next => new[] { "--hub", links[(i + next) % Count] }),
                $"--Edge:Name=edge-{number}", "--Edge:HubChoice=First", "--Edge:Tls=Off",
            ]));
        }
    }

    // Passwords stand in files, never on command lines.
    private void WriteSettings(string folder, string secrets, int hub)
    {
        var settings = JsonNode.Parse(File.ReadAllText(Path.Combine(Secrets, secrets)))!.AsObject();
        if (hub == Count - 1)
        {
            var broker = new UriBuilder(settings["Broker"]!["Uri"]!.GetValue<string>()) { Port = BrokerOfLast.EndPoint.Port };
            settings["Broker"]!["Uri"] = broker.Uri.AbsoluteUri;
        }

        if (secrets.StartsWith("services", StringComparison.Ordinal))
        {
            settings["Store"]!["KeyFile"] = Path.Combine(Secrets, "store.key");
            settings["Tokens"]!["KeyFile"] = Path.Combine(Secrets, "token.keys");
            var role = File.ReadLines(Path.Combine(Secrets, "postgres.sql")).First().Split('\'');
            var database = new Dictionary<string, string>(Servers.Postgres.Split(';').Select(pair => KeyValuePair.Create(pair.Split('=')[0], pair.Split('=')[1])));
            settings["Postgres"] = new JsonObject
            {
                ["Connection"] = $"Host={database["Host"]};Port={database["Port"]};Username=sametime;Database=sametime",
                ["Password"] = role[1],
            };
        }

        File.WriteAllText(Path.Combine(folder, "sametime.json"), settings.ToJsonString());
    }

    private async Task AddUsersAsync(CancellationToken stop)
    {
        var line = SettingOverrides.Split([.. ServiceSettings, "--Store:Kind=Postgres"]);
        var data = new DataDirectory(_services[0].Data);
        await (await Store.MakeAsync(data, ServerSettings.Load(data, line), stop)).DisposeAsync();
        await using var book = await AccountBook.OpenAsync(data, line, stop);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Users).Select(NameOf), new ParallelOptions { MaxDegreeOfParallelism = AddedAtOnce, CancellationToken = stop },
            async (name, _) => await book.AddUserAsync(new UserRecord(new UserId(name), name, []), Password, stop));
    }

    private string Folder(string name) => Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
}

/// <summary>Tests that share one cluster: starting nine processes takes longer than most of them.</summary>
[CollectionDefinition(Name)]
public sealed class ThreeHubsCollection : ICollectionFixture<ThreeHubs>
{
    public const string Name = "three hubs";
}
