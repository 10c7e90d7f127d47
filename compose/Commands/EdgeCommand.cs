using System.CommandLine;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;
using Sametime.Edge;

namespace Sametime.Compose.Commands;

/// <summary><c>sametime edge</c>: a multiplexer in a process of its own, linked to hubs or to another edge.</summary>
internal static class EdgeCommand
{
    public static Command Define(SettingOverrides line)
    {
        var (data, port, host) = (CommonOptions.Data(), CommonOptions.Port(), CommonOptions.Host());
        var (hub, linkPort, linkKey) = (CommonOptions.Hubs(), CommonOptions.LinkPort(), CommonOptions.LinkKey());
        var command = new Command("edge", "Run a multiplexer: clients on one side, one link to each hub on the other.") { data, port, host, hub, linkPort, linkKey };
        command.SetAction(async (parsed, stop) =>
        {
            var directory = new DataDirectory(parsed.GetRequiredValue(data));
            directory.Create();
            var settings = ServerSettings.Load(directory, line);
            var options = Options(settings, directory, parsed.GetValue(port), parsed.GetValue(host));
            options.Hubs = parsed.GetValue(hub) is { Length: > 0 } hubs ? hubs : options.Hubs;
            SettingRules.Hubs(options);
            var key = KeyFile.OfLinks.Read(parsed.GetValue(linkKey) ?? directory.LinkKeyFile, create: false);
            var role = EdgePart.RoleOf(options);
            await using var process = new ServerProcess(role, [role], directory, settings);
            var edge = await process.AddAsync(new EdgePart(process, options, hubHere: null, key, LinkAddress.Local(options.ListenAddress, parsed.GetValue(linkPort))));
            await edge.ListenAsync();
            return await process.RunAsync(edge.EndPoint, stop);
        });
        return command;
    }

    /// <summary>The Edge's options: the settings, and over them what the command line says.</summary>
    public static EdgeOptions Options(ServerSettings settings, DataDirectory data, int? port, string? host)
    {
        var options = settings.Get<EdgeOptions>("Edge");
        options.Port = port ?? options.Port;
        options.ListenAddress = host ?? options.ListenAddress;
        options.DataFolder = data.Path;
        if (options.Name.Length == 0)
        {
            // With port 0 the number is not known yet; the process is as good a mark.
            options.Name = $"{Environment.MachineName}-{(options.Port == 0 ? Environment.ProcessId : options.Port)}";
        }

        SettingRules.Listen(options);
        return options;
    }
}
