using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sametime.Compose.Control;
using Sametime.Compose.Hosting;

namespace Sametime.Compose.Commands;

/// <summary>
/// <c>sametime resolve NAME</c>: where clients connect to reach a hub or a cluster, asked of the hub of a data folder. Each answer
/// begins with another address.
/// </summary>
internal static class ResolveCommand
{
    /// <summary>Seconds that a name server may keep the records of a zone: as long as a client may be sent to an Edge that is gone.</summary>
    private const int TimeToLive = 30;

    public static Command Define()
    {
        var name = new Argument<string>("NAME") { Description = "Name of a hub or of a cluster" };
        var data = CommonOptions.Data();
        var json = new Option<bool>("--json") { Description = "One JSON object" };
        var zone = new Option<string?>("--zone") { Description = "Records for the zone file of a name server, under this domain", HelpName = "DOMAIN" };
        var command = new Command("resolve", "Tell where clients connect to reach a hub or a cluster.") { name, data, json, zone };
        command.SetAction(async (parsed, stop) =>
        {
            var answer = await AskAsync(new DataDirectory(parsed.GetRequiredValue(data)), parsed.GetRequiredValue(name), stop);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(answer.ToJsonString(JsonSerializerOptions.Default));
                return ExitCode.Success;
            }

            var addresses = answer["addresses"]!.AsArray().Select(address => (string)address!);
            foreach (var line in parsed.GetValue(zone) is { } domain ? Records(parsed.GetRequiredValue(name), domain, addresses) : addresses)
            {
                Console.WriteLine(line);
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static async Task<JsonObject> AskAsync(DataDirectory data, string name, CancellationToken stop)
    {
        var processes = await StatusClient.AskAllAsync(data, new StatusQuestion().ToString(), stop);
        var (role, _) = processes.FirstOrDefault(process => process.Value!["hub"] is not null);
        if (role is null)
        {
            throw new CommandException(ExitCode.NotRunning, $"no hub is running in {data.Path}");
        }

        var answer = (await StatusClient.AskAsync(data, role, new ResolveQuestion(name).ToString(), stop))?.AsObject();
        return answer?["addresses"] is null
            ? throw new CommandException(ExitCode.NoSuchThing, $"no hub or cluster named {name} is live")
            : answer;
    }

    /// <summary>
    /// What a name server needs to answer for the name: an SRV record for each address, and an address record for each that is a number.
    /// Name servers rotate records of one name by themselves.
    /// </summary>
    internal static IEnumerable<string> Records(string name, string domain, IEnumerable<string> addresses)
    {
        var owner = $"{name}.{domain.TrimEnd('.')}.";
        var number = 0;
        foreach (var address in addresses)
        {
            var (host, port) = (address[..address.LastIndexOf(':')], address[(address.LastIndexOf(':') + 1)..]);
            if (System.Net.IPAddress.TryParse(host, out var ip))
            {
                var type = ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? "AAAA" : "A";
                host = $"edge{++number}.{owner}";
                yield return $"{owner} {TimeToLive} IN {type} {ip}";
                yield return $"{host} {TimeToLive} IN {type} {ip}";
            }
            else
            {
                host = host.TrimEnd('.') + ".";
            }

            yield return $"_sametime._tcp.{owner} {TimeToLive} IN SRV 0 0 {port} {host}";
        }
    }
}
