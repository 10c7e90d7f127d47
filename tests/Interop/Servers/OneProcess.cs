namespace Sametime.Tests.Interop.Servers;

/// <summary><c>sametime up</c>: everything in one process.</summary>
internal sealed class OneProcess : Topology
{
    private readonly ServerProcess _all;

    public OneProcess() =>
        _all = new("server", ["up", "--data", Data("hub"), "--port", Text(Port), "--host", Host, .. Settings]);

    public override IReadOnlyList<ServerProcess> Processes => [_all];

    protected override IEnumerable<string> DataDirectories => [Data("hub")];
}
