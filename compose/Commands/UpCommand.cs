using System.CommandLine;
using System.Net;
using System.Security.Cryptography;
using Sametime.Compose.Accounts;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;
using Sametime.Edge;

namespace Sametime.Compose.Commands;

/// <summary><c>sametime up</c>: the whole server in one process, on the embedded store, joined by in-process links.</summary>
internal static class UpCommand
{
    private const int LinkKeyBytes = 32;

    public static Command Define(SettingOverrides line)
    {
        var (data, port, host) = (CommonOptions.Data(), CommonOptions.Port(), CommonOptions.Host());
        var command = new Command("up", "Run the whole server in this process.") { data, port, host };
        command.SetAction((parsed, stop) =>
            RunAsync(new DataDirectory(parsed.GetRequiredValue(data)), parsed.GetValue(port), parsed.GetValue(host), line, stop));
        return command;
    }

    private static async Task<int> RunAsync(DataDirectory data, int? port, string? host, SettingOverrides line, CancellationToken stop)
    {
        data.Create();
        var settings = ServerSettings.Load(data, line);
        var options = EdgeCommand.Options(settings, data, port, host);
        Console.WriteLine($"Sametime {ProgramVersion.Text}, data in {data.Path}");
        await using var process = new ServerProcess("up", ["hub", "services", EdgeCommand.RoleOf(options)], data, settings);

        // Nobody outside this process can link to it, so the key lives and dies with it.
        var key = RandomNumberGenerator.GetBytes(LinkKeyBytes);
        var hub = await process.AddAsync(new HubPart(process, key, endPoint: null));
        var dialer = hub.Local.DialerOn(process.Loop);
        var services = await process.AddAsync(new ServicesPart(process, dialer, key, "the hub"));
        var edge = await process.AddAsync(new EdgePart(process, options, dialer, key, "the hub", linkEndPoint: null));
        await edge.ListenAsync();
        await DemoCommunity.MakeIfEmptyAsync(services.Store, settings, options.ListenAddress, edge.EndPoint.Port, stop);
        return await process.RunAsync(edge.EndPoint, stop);
    }
}
