using Sametime.Tests.Kit.Servers;

namespace Sametime.Tests.Interop.Servers;

/// <summary>Hub, services and one Edge as processes of their own, linked by TCP.</summary>
internal sealed class ThreeProcesses : Topology
{
    private readonly ServerProcess _hub;
    private readonly ServerProcess _services;
    private readonly ServerProcess _edge;

    public ThreeProcesses()
    {
        var link = Ports.Free();
        _hub = new("hub", ["hub", "--data", Data("hub"), "--link-port", Text(link), "--link-key", LinkKey, .. Settings]);
        _services = new("services", ["services", "--data", Data("hub"), "--hub", At(link), "--link-key", LinkKey, .. Settings]);
        _edge = new("edge", ["edge", "--data", Data("edge"), "--port", Text(Port), "--host", Host, "--hub", At(link), "--link-key", LinkKey, .. Settings]);
    }

    /// <summary>The server applications, all optional to the routing of messages.</summary>
    public ServerProcess Services => _services;

    public override IReadOnlyList<ServerProcess> Processes => [_hub, _services, _edge];

    protected override IEnumerable<string> DataDirectories => [Data("hub"), Data("edge")];
}
