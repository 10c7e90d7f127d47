using Microsoft.Extensions.Logging;
using Sametime.Broker;
using Sametime.Contracts.Events;
using Sametime.Contracts.Link;
using Sametime.Contracts.Loop;
using Sametime.Hub;
using Sametime.Tests.Kit.Hub;
using Sametime.Tests.Simulation.Promises;

namespace Sametime.Tests.Simulation.Processes;

/// <summary>A hub as a process of its own: the shipped core, Edges and applications on simulated connections, other hubs over the simulated broker.</summary>
internal sealed class HubProcess : SimProcess
{
    public HubProcess(SimCommunity community, int number, uint incarnation)
        : base(community, NameOf(number))
    {
        Stream = new EventSource((ushort)number, incarnation);
        var options = new HubOptions { Name = Name, Number = (ushort)number, LinkAddresses = [Name], ChatLogRequired = community.ChatLog.Mode != ChatLogMode.Off };

        // Tight enough that a log which is away for a few seconds is too far behind.
        (options.Limits.CaptureTimeout, options.Limits.CaptureFactsMax, options.Limits.CaptureHeldPerLogin) = (TimeSpan.FromSeconds(3), 60, 8);
        var identity = new LinkIdentity(LinkRole.Hub, Name, (ushort)number);
        Hub = new HubCore(Loop, options, incarnation, new RecordedEvents(), new WatchedLog<HubCore>(Name, community.Promises));
        var trust = LinkTrust.OfLoopback(SimCommunity.Key, LinkRole.Edge, LinkRole.Application);
        community.Network.Listen(Name, Loop, stream => LinkSession.Accept(Loop, stream, identity, trust, community.Links, Hub, static _ => { }));
        var hubs = new BrokerHubs(
            Loop, community.Broker.TransportFor(Loop), SimCommunity.BrokerOptions, identity, incarnation, SimCommunity.Key, community.Links, Hub,
            new Random(community.Universe.Seed + number), new WatchedLog<BrokerHubs>(Name, community.Promises));
        Loop.Enter(hubs.Start);
    }

    public HubCore Hub { get; }

    /// <summary>Which start of which hub it is: what it captures is numbered by that.</summary>
    public EventSource Stream { get; }

    public static string NameOf(int number) => $"hub-{number}";
}
