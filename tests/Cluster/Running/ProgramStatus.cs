using System.Text.Json.Nodes;
using Sametime.Compose.Control;
using Sametime.Compose.Hosting;
using Sametime.Tests.Kit.Servers;

namespace Sametime.Tests.Cluster.Running;

/// <summary>What a process says of itself.</summary>
internal static class ProgramStatus
{
    /// <summary>As <c>sametime status --json</c> tells it; null when the process does not run.</summary>
    public static async Task<JsonNode?> StatusAsync(this ProgramProcess process, CancellationToken stop, bool listings = false) =>
        await StatusClient.AskAsync(new DataDirectory(process.Data), process.Role, new StatusQuestion(listings).ToString(), stop);
}
