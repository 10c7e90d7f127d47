using System.CommandLine;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Tcp;
using Sametime.Contracts.Loop.Tcp;

namespace Sametime.Compose.Commands;

/// <summary><c>sametime services</c>: the server applications in a process of their own, linked to a hub.</summary>
internal static class ServicesCommand
{
    public static Command Define(SettingOverrides line)
    {
        var (data, hub, linkKey) = (CommonOptions.Data(), CommonOptions.Hub(), CommonOptions.LinkKey());
        var command = new Command("services", "Run the server applications, linked to a hub.") { data, hub, linkKey };
        command.SetAction(async (parsed, stop) =>
        {
            var directory = new DataDirectory(parsed.GetRequiredValue(data));
            directory.Create();
            var settings = ServerSettings.Load(directory, line);
            var upstream = LinkAddress.Parse(parsed.GetValue(hub));
            var key = KeyFile.OfLinks.Read(parsed.GetValue(linkKey) ?? directory.LinkKeyFile, create: false);
            await using var process = new ServerProcess("services", ["services"], directory, settings);
            var dialer = new TcpLinkDialer(process.Loop, upstream, settings.Get<LinkOptions>("Link"), settings.Get<TcpOptions>("Tcp"));
            var store = await ServicesPart.OpenStoreAsync(process, stop);
            await process.AddAsync(new ServicesPart(process, store, dialer, key, upstream.ToString()!));
            return await process.RunAsync(readyOn: null, stop);
        });
        return command;
    }
}
