using Sametime.Tests.Simulation.World;

namespace Sametime.Tests.Simulation.Processes;

/// <summary>A process of the simulated community. One that was killed never comes back; another one takes its place.</summary>
internal abstract class SimProcess
{
    protected SimProcess(SimCommunity community, string name)
    {
        Community = community;
        Loop = new SimLoop(community.Universe, name) { OnFault = error => community.Promises.Break($"{name} has a fault: {error}") };
    }

    public string Name => Loop.Name;

    public SimLoop Loop { get; }

    protected SimCommunity Community { get; }

    /// <summary>kill -9: what it had open is reset by the operating system.</summary>
    public void Kill()
    {
        Community.Network.Reset(Loop);
        Community.Broker.LoseAllOf(Loop, "the process was killed");
        Loop.Kill();
    }
}
