using System.Text.Json.Nodes;
using Sametime.Tests.Kit.Servers;

namespace Sametime.Tests.Cluster.Running;

/// <summary>Whether all hubs have the same Online Directory, by the digests that they show.</summary>
internal static class HubsAgree
{
    /// <summary>Waits until each hub is linked to each other, knows all parts, and shows the same digest and this many logins.</summary>
    public static async Task Async(ThreeHubs cluster, CancellationToken stop, int? logins = null)
    {
        var last = "";
        await Eventually.IsAsync(
            async () =>
            {
                var hubs = await Task.WhenAll(cluster.Hubs.Select(hub => hub.StatusAsync(stop)));
                last = string.Join(Environment.NewLine, hubs.Select(hub => hub?["hub"]?["directory"]?.ToJsonString() ?? "no answer"));
                return hubs.All(hub => Knows(hub?["hub"], logins)) && hubs.Select(hub => Heard(hub!["hub"]!["directory"]!)).Distinct().Count() == 1;
            },
            $"all hubs know the same{(logins is null ? "" : $", with {logins} logins")}", stop, () => last);
    }

    // What was changed and changed back leaves the same digest, also with those who have not heard of it yet.
    private static string Heard(JsonNode directory) =>
        string.Join(' ', directory["parts"]!.AsArray().Select(part => $"{part!["sequence"]}").Prepend((string)directory["digest"]!));

    private static bool Knows(JsonNode? hub, int? logins) =>
        hub?["directory"]?["parts"] is JsonArray { Count: ThreeHubs.Count } parts
        && parts.All(part => (bool)part!["isLive"]!)
        && (logins is null || parts.Sum(part => (int)part!["logins"]!) == logins)
        && hub["broker"]?["hubs"] is JsonArray others && others.Count(other => (bool)other!["isLinked"]!) == ThreeHubs.Count - 1;
}
