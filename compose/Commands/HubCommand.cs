using System.CommandLine;
using System.Net;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;

namespace Sametime.Compose.Commands;

/// <summary><c>sametime hub</c>: a hub in a process of its own. Edges and server applications link up on its port.</summary>
internal static class HubCommand
{
    /// <summary>The port by convention for links straight to the hub.</summary>
    private const int DefaultLinkPort = 1516;

    public static Command Define(SettingOverrides line)
    {
        var (data, host, linkPort, linkKey) = (CommonOptions.Data(), CommonOptions.Host(), CommonOptions.LinkPort(), CommonOptions.LinkKey());
        var command = new Command("hub", $"Run a hub; edges and services link up on --link-port (default {DefaultLinkPort}).") { data, host, linkPort, linkKey };
        command.SetAction(async (parsed, stop) =>
        {
            var directory = new DataDirectory(parsed.GetRequiredValue(data));
            directory.Create();
            var settings = ServerSettings.Load(directory, line);
            var file = parsed.GetValue(linkKey);
            var key = KeyFile.OfLinks.Read(file ?? directory.LinkKeyFile, create: file is null);
            var endPoint = LinkAddress.Local(parsed.GetValue(host) ?? IPAddress.Loopback.ToString(), parsed.GetValue(linkPort) ?? DefaultLinkPort);
            await using var process = new ServerProcess("hub", ["hub"], directory, settings);
            var hub = await process.AddAsync(new HubPart(process, key, endPoint));
            return await process.RunAsync(hub.LinkEndPoint, stop);
        });
        return command;
    }
}
