using System.CommandLine;
using Sametime.Compose.Accounts;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;
using Sametime.Edge;

namespace Sametime.Compose.Commands;

/// <summary><c>sametime up</c>: the whole server in one process, on the embedded store, joined by in-process links.</summary>
internal static class UpCommand
{
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
        await using var server = await WholeServer.StartAsync(data, settings, options, stop);
        await DemoCommunity.MakeIfEmptyAsync(server.Services.Store, settings, options.ListenAddress, server.EndPoint.Port, stop);
        return await server.Process.RunAsync(server.EndPoint, stop);
    }
}
