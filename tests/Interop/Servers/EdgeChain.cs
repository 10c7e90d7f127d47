using Sametime.Tests.Kit.Servers;

namespace Sametime.Tests.Interop.Servers;

/// <summary>As <see cref="ThreeProcesses"/>, with a second Edge between the clients' Edge and the hub (S016 to S018).</summary>
internal sealed class EdgeChain : Topology
{
    private readonly ServerProcess _hub;
    private readonly ServerProcess _services;
    private readonly ServerProcess _inner;
    private readonly ServerProcess _outer;

    public EdgeChain()
    {
        var hubLink = Ports.Free();
        var innerLink = Ports.Free();
        _hub = new("hub", ["hub", "--data", Data("hub"), "--link-port", Text(hubLink), "--link-key", LinkKey, .. Settings]);
        _services = new("services", ["services", "--data", Data("hub"), "--hub", At(hubLink), "--link-key", LinkKey, .. Settings]);
        _inner = NewEdge("inner", InnerPort, hubLink, "--link-port", Text(innerLink));
        _outer = NewEdge("outer", Port, innerLink);
    }

    /// <summary>Where clients connect who leave out the outer Edge.</summary>
    public int InnerPort { get; } = Ports.Free();

    /// <summary>The Edge between the clients' Edge and the hub.</summary>
    public ServerProcess InnerEdge => _inner;

    public override IReadOnlyList<ServerProcess> Processes => [_hub, _services, _inner, _outer];

    protected override IEnumerable<string> DataDirectories => [Data("hub"), Data("inner"), Data("outer")];

    private ServerProcess NewEdge(string name, int port, int upstream, params string[] more) => new(
        $"{name} edge",
        ["edge", "--data", Data(name), "--port", Text(port), "--host", Host, "--hub", At(upstream), "--link-key", LinkKey, .. more, .. Settings]);
}
