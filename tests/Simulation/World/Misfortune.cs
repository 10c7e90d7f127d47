using Sametime.Tests.Simulation.Processes;

namespace Sametime.Tests.Simulation.World;

/// <summary>
/// What goes wrong in a run, one thing after another until a given time: processes are killed or stopped, ways are cut in one direction or
/// both, connections break, clocks jump, the store is away. Afterwards everything is whole again.
/// </summary>
internal sealed class Misfortune(SimCommunity community, TimeSpan until)
{
    private readonly Universe _universe = community.Universe;

    public void Begin() => _universe.After(_universe.Between(4000, 7000), Strike);

    private void Strike()
    {
        if (_universe.Now >= until)
            return;
        switch (_universe.Chance.Next(12))
        {
            case 0 or 1:
                KillHub();
                break;
            case 2:
                KillServices();
                break;
            case 3:
                KillEdge();
                break;
            case 4:
                StopHub();
                break;
            case 5 or 6:
                CutOffFromBroker();
                break;
            case 7:
                community.Network.BreakOne(static _ => true);
                break;
            case 8:
                LoseStore();
                break;
            case 9:
                Misbehave();
                break;
            case 10:
                KillBroker();
                break;
            case 11:
                _universe.Pick([.. community.HubProcesses.Values]).Loop.Clock.Offset = _universe.Between(-3_600_000, 3_600_000);
                break;
        }
        _universe.After(_universe.Between(500, 6000), Strike);
    }

    private int Number() => 1 + _universe.Chance.Next(SimCommunity.Hubs);

    private void KillHub()
    {
        var number = Number();
        var hub = community.HubProcesses[number];
        if (hub.Loop.IsDead)
            return;
        hub.Kill();
        _universe.After(_universe.Between(500, 8000), () => community.StartHub(number));
    }

    private void KillServices()
    {
        var number = Number();
        var services = community.ServicesProcesses[number];
        if (services.Loop.IsDead)
            return;
        services.Kill();
        _universe.After(_universe.Between(500, 6000), () => community.StartServices(number));
    }

    private void KillEdge()
    {
        var number = 1 + _universe.Chance.Next(SimCommunity.Edges);
        var edge = community.EdgeProcesses[number];
        if (edge.Loop.IsDead)
            return;
        edge.Kill();
        _universe.After(_universe.Between(500, 6000), () => community.StartEdge(number));
    }

    private void StopHub()
    {
        var hub = community.HubProcesses[Number()];
        hub.Loop.Stop();
        _universe.After(_universe.Between(500, 12000), hub.Loop.Continue);
    }

    private void CutOffFromBroker()
    {
        var hub = community.HubProcesses[Number()];
        community.Broker.CutOff(hub.Loop);
        _universe.After(_universe.Between(300, 15000), () => community.Broker.Heal(hub.Name));
    }

    private void Misbehave()
    {
        community.Broker.Mischief = 0.02;
        _universe.After(_universe.Between(300, 4000), () => community.Broker.Mischief = 0);
    }

    private void KillBroker()
    {
        if (community.Broker.IsAway)
            return;
        community.Broker.Kill();
        _universe.After(_universe.Between(300, 9000), community.Broker.Start);
    }

    private void LoseStore()
    {
        community.Store.IsBroken = community.ChatLog.IsBroken = true;
        _universe.After(_universe.Between(200, 5000), () => community.Store.IsBroken = community.ChatLog.IsBroken = false);
    }
}
