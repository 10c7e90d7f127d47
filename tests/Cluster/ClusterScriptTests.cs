using System.Net.Sockets;
using System.Text.Json.Nodes;
using Sametime.Tests.Kit.Repository;
using Sametime.Tests.Kit.Servers;

namespace Sametime.Tests.Cluster;

/// <summary><c>compose/cluster</c>: a community of several hubs in one command, and none of it left behind.</summary>
public sealed class ClusterScriptTests : IAsyncDisposable
{
    private static readonly string[] Programs = ["hubs", "services", "edges"];

    private readonly string _data = Path.Combine(Path.GetTempPath(), "sametime-" + TestServices.NewName());

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_cluster_starts_tells_where_it_runs_heals_and_ends()
    {
        var cluster = await UpAsync("--hubs", "2", "--edges", "3");
        Assert.Equal((2, 2, 3), (cluster["hubs"]!.AsArray().Count, cluster["services"]!.AsArray().Count, cluster["edges"]!.AsArray().Count));
        var parts = Parts(cluster).ToArray();
        Assert.All(parts, part => Assert.True(Pid.IsAlive((int)part["pid"]!), part.ToJsonString()));
        Assert.Equal(parts.Length, parts.Select(part => (int)part["pid"]!).Distinct().Count());
        Assert.All(Parts(cluster, Programs), part => Assert.Contains("sametime.dll", File.ReadAllText($"/proc/{part["pid"]}/cmdline"), StringComparison.Ordinal));
        foreach (var part in parts.Where(part => part["port"] is not null))
        {
            using var connection = new TcpClient();
            await connection.ConnectAsync((string)part["host"]!, (int)part["port"]!, Stop);
        }

        Assert.Equal(0, (await ScriptAsync("status")).Code);
        Kill((int)cluster["hubs"]![1]!["pid"]!);
        var (code, output, _) = await ScriptAsync("status", "--json");
        Assert.NotEqual(0, code);
        Assert.Null(JsonNode.Parse(output)!["hubs"]![1]!["pid"]);

        var healed = await UpAsync();
        Assert.NotEqual((int)cluster["hubs"]![1]!["pid"]!, (int)healed["hubs"]![1]!["pid"]!);
        Assert.Equal((int)cluster["hubs"]![1]!["port"]!, (int)healed["hubs"]![1]!["port"]!);
        Assert.Equal((int)cluster["edges"]![2]!["pid"]!, (int)healed["edges"]![2]!["pid"]!);

        Assert.Equal(0, (await ScriptAsync("down", "--delete")).Code);
        Assert.All(Parts(healed), part => Assert.False(Pid.IsAlive((int)part["pid"]!), part.ToJsonString()));
        Assert.False(Directory.Exists(_data));
    }

    public async ValueTask DisposeAsync() => await Script.TryAsync(Repo.PathOf("compose", "cluster"), ["down", "--delete", "--data", _data], CancellationToken.None);

    private static IEnumerable<JsonObject> Parts(JsonNode cluster, params string[] kinds) =>
        (kinds.Length > 0 ? kinds : [.. Programs, "broker", "database"]).SelectMany(kind => cluster[kind] switch
        {
            JsonArray several => several.Select(one => one!.AsObject()),
            var one => [one!.AsObject()],
        });

    private static void Kill(int pid)
    {
        using var process = System.Diagnostics.Process.GetProcessById(pid);
        process.Kill();
        process.WaitForExit();
    }

    // What it says last is the object; --json leaves out all else.
    private async Task<JsonNode> UpAsync(params string[] words)
    {
        var (code, output, errors) = await ScriptAsync(["up", "--json", .. words]);
        Assert.True(code == 0, string.Create(CultureInfo.InvariantCulture, $"compose/cluster up ended with {code}: {errors}{output}"));
        return JsonNode.Parse(output)!;
    }

    private Task<(int Code, string Output, string Errors)> ScriptAsync(params string[] words) =>
        Script.TryAsync(Repo.PathOf("compose", "cluster"), [.. words, "--data", _data], Stop);
}
