using System.Globalization;
using Sametime.Broker;
using Sametime.Contracts.Events;
using Sametime.Contracts.Link;
using Sametime.Contracts.Providers;
using Sametime.Tests.Kit.Providers;
using Sametime.Tests.Simulation.Clients;
using Sametime.Tests.Simulation.Processes;
using Sametime.Tests.Simulation.Promises;
using Sametime.Tests.Simulation.World;

namespace Sametime.Tests.Simulation;

/// <summary>A community of three hubs with their services, three Edges and fifty clients, all in one thread, and its store.</summary>
internal sealed class SimCommunity
{
    public const int Hubs = 3;
    public const int Edges = 3;

    private const int UserCount = 44;
    private const int SecondClients = 6;
    private const int WatchedEach = 8;

    public SimCommunity(int seed)
    {
        Universe = new Universe(seed);
        Network = new Network(Universe);
        Broker = new SimBroker(Universe);
        Promises.Now = () => Universe.Now;
        ChatLog = new SimChatLog((ChatLogMode)(seed % 3), Promises);
        Users = [.. Enumerable.Range(1, UserCount).Select(number => string.Create(CultureInfo.InvariantCulture, $"user{number}"))];
        for (var number = 1; number <= Hubs; number++)
        {
            StartHub(number);
            StartServices(number);
        }
        for (var number = 1; number <= Edges; number++)
            StartEdge(number);
        Clients =
        [
            .. Users.Select((user, machine) => Client(user, machine, 0)),
            .. Users.Take(SecondClients).Select((user, machine) => Client(user, machine, 1)),
        ];
        foreach (var client in Clients)
            client.Start();
    }

    public static ReadOnlyMemory<byte> Key { get; } = Enumerable.Repeat((byte)7, 32).ToArray();

    public static BrokerOptions BrokerOptions { get; } = new() { Prefix = "simulation", RetryDelayMax = TimeSpan.FromSeconds(2) };

    public Universe Universe { get; }

    public Network Network { get; }

    public SimBroker Broker { get; }

    public Ledger Promises { get; } = new();

    public LinkOptions Links { get; } = new() { PingInterval = TimeSpan.FromSeconds(1), PingsMissedMax = 4, RetryDelayMax = TimeSpan.FromSeconds(1) };

    /// <summary>What all hubs share; its acknowledgements survive everything.</summary>
    public InMemoryUserStorage Store { get; } = new(new UserStorageLimits());

    /// <summary>What all hubs log conversations in: one run in three not at all, one relaxed, one strictly.</summary>
    public SimChatLog ChatLog { get; }

    public InMemoryDirectory Directory { get; } = new();

    public IReadOnlyList<string> Users { get; }

    public IReadOnlyList<SimClient> Clients { get; }

    public Dictionary<int, HubProcess> HubProcesses { get; } = [];

    public Dictionary<int, ServicesProcess> ServicesProcesses { get; } = [];

    public Dictionary<int, EdgeProcess> EdgeProcesses { get; } = [];

    private Dictionary<int, uint> Incarnations { get; } = [];

    /// <summary>Starts a hub, in the place of one that was killed.</summary>
    public void StartHub(int number)
    {
        Incarnations[number] = Incarnations.GetValueOrDefault(number) + 1;
        HubProcesses[number] = new HubProcess(this, number, Incarnations[number]);
    }

    public void StartServices(int number) => ServicesProcesses[number] = new ServicesProcess(this, number);

    public void StartEdge(int number) => EdgeProcesses[number] = new EdgeProcess(this, number);

    private SimClient Client(string user, int machine, int index) => new(this, user, machine + 1, index)
    {
        Watched = [.. Enumerable.Range(0, WatchedEach).Select(_ => Universe.Pick(Users)).Distinct()],
    };
}
