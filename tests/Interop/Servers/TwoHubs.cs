using System.Text.Json.Nodes;
using Sametime.Tests.Kit.Servers;

namespace Sametime.Tests.Interop.Servers;

/// <summary>
/// Two hubs joined by the broker, each with its server applications and an Edge; the server applications share a database. Every
/// other user connects to the other Edge, so the two ends of a test are at different hubs.
/// </summary>
internal sealed class TwoHubs : Topology
{
    private readonly ServerProcess[] _hubs = new ServerProcess[2];
    private readonly ServerProcess[] _services = new ServerProcess[2];
    private readonly ServerProcess[] _edges = new ServerProcess[2];
    private readonly int _otherPort = Ports.Free();
    private SharedDatabase? _database;

    public TwoHubs()
    {
        string[] broker = [$"--Broker:Uri={TestServices.RabbitMq}", $"--Broker:Prefix={TestServices.NewName()}"];
        foreach (var n in (int[])[0, 1])
        {
            var (number, link) = (Text(n + 1), Ports.Free());
            string[] common = ["--link-key", LinkKey, .. Settings];
            _hubs[n] = new(
                $"hub {number}",
                ["hub", "--data", Data(HubFolder(n)), "--link-port", Text(link), $"--Hub:Name=hub-{number}", $"--Hub:Number={number}",
                    "--Hub:Cluster=interop", $"--Hub:LinkAddresses:0={At(link)}", .. broker, .. common]);
            _services[n] = new($"services {number}", ["services", "--data", Data(HubFolder(n)), "--hub", At(link), $"--Services:Name=services-{number}", .. broker, .. common]);
            _edges[n] = new(
                $"edge {number}",
                ["edge", "--data", Data($"edge-{number}"), "--port", Text(n == 0 ? _otherPort : Port), "--host", Host, "--hub", At(link), $"--Edge:Name=edge-{number}", .. common]);
        }
    }

    // The Edge that listens on Port is the last: what tests ask of "the Edge" is asked of it.
    public override IReadOnlyList<ServerProcess> Processes => [.. _hubs, .. _services, .. _edges];

    protected override IEnumerable<string> DataDirectories => [Data(HubFolder(0)), Data(HubFolder(1)), Data("edge-1"), Data("edge-2")];

    public override int PortOf(TestUser user) => user.Number % 2 == 0 ? _otherPort : Port;

    /// <summary>The user ids of those who are logged in at each hub, as <c>sametime status</c> lists them.</summary>
    public async Task<IReadOnlyList<IReadOnlyList<string>>> UsersOfHubsAsync() =>
        [await UsersOfAsync(Data(HubFolder(0))), await UsersOfAsync(Data(HubFolder(1)))];

    protected override async Task MakeStoreAsync()
    {
        _database = await SharedDatabase.CopyAsync();
        await _database.MakeFolderAsync(Data(HubFolder(0)));
        await _database.MakeFolderAsync(Data(HubFolder(1)));
    }

    protected override ValueTask DropStoreAsync() => _database?.DisposeAsync() ?? ValueTask.CompletedTask;

    // Each hub must know of the other.
    protected override bool IsLinked(JsonNode report) => base.IsLinked(report)
        && (report["hub"] is not { } hub || hub["broker"]!["hubs"]!.AsArray().Any(other => other!["isLinked"]!.GetValue<bool>()));

    private static async Task<IReadOnlyList<string>> UsersOfAsync(string data)
    {
        var hub = JsonNode.Parse(await SametimeProgram.RunAsync("", "status", "--json", "--data", data))!["hub"]!["hub"]!;
        return [.. hub["participants"]!.AsArray().Select(participant => (string)participant!["userId"]!).Where(id => id.Length > 0)];
    }

    private static string HubFolder(int n) => n == 0 ? "hub" : "hub-2";
}
