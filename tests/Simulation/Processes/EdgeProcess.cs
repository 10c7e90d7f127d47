using System.Net;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Link;
using Sametime.Edge;
using Sametime.Edge.Limits;
using Sametime.Edge.Links;
using Sametime.Tests.Simulation.Promises;
using Sametime.Tests.Simulation.World;

namespace Sametime.Tests.Simulation.Processes;

/// <summary>An Edge, as shipped.</summary>
internal sealed class EdgeProcess : SimProcess
{
    private static readonly LimitsOptions Limits = new() { KeyPairsReady = 1 };

    public EdgeProcess(SimCommunity community, int number)
        : base(community, NameOf(number))
    {
        // Each Edge knows two of the three hubs; to the third one it comes by a redirect.
        Upstream[] upstreams = [ToHub(number), ToHub((number % SimCommunity.Hubs) + 1)];
        var policy = new CryptoPolicy(new CryptoPolicyOptions { WeakAuthTypesFrom = [IPNetwork.Parse("127.0.0.0/8")] });
        Edge = new EdgeServer(
            Loop, new EdgeOptions { Name = Name, ListenAddress = "", Tls = TlsMode.Off }, Limits, upstreams, policy, new WatchedLog<EdgeServer>(Name, community.Promises),
            new Dialer(this), offLoop: new AtOnce());
        community.Network.Listen(Name, Loop, Edge.Accept);
        Loop.Enter(() => _ = Edge.StartAsync());
    }

    public EdgeServer Edge { get; }

    public static string NameOf(int number) => $"edge-{number}";

    private Upstream ToHub(int number) => new(HubProcess.NameOf(number), ConnectorTo(HubProcess.NameOf(number)));

    private LinkConnector ConnectorTo(string hub) => new(
        Loop, new SimDialer(Community.Network, Loop, hub), new LinkIdentity(LinkRole.Edge, Name), SimCommunity.Key, Community.Links,
        new Random(Community.Universe.Seed), static _ => { });

    private sealed class Dialer(EdgeProcess edge) : IUpstreamDialer
    {
        public ILinkConnector? Dial(IReadOnlyList<string> addresses) => edge.ConnectorTo(addresses[0]);
    }

    /// <summary>Computes where it is asked to: a second thread would be another run each time.</summary>
    private sealed class AtOnce : TaskScheduler
    {
        protected override void QueueTask(Task task) => TryExecuteTask(task);

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => TryExecuteTask(task);

        protected override IEnumerable<Task> GetScheduledTasks() => [];
    }
}
