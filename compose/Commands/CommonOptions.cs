using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Sametime.Compose.Hosting;

namespace Sametime.Compose.Commands;

/// <summary>Options that several commands share, each declared once.</summary>
internal static class CommonOptions
{
    public static Option<string> Data() => new("--data")
    {
        Description = "Folder that holds everything the server keeps",
        HelpName = "DIR",
        DefaultValueFactory = _ => DataDirectory.DefaultPath,
    };

    public static Option<bool> Json() => new("--json") { Description = "Answer in JSON" };

    public static Option<int?> Port() => new("--port")
    {
        Description = "Port that clients connect to (default 1533; 0 takes a free one)",
        HelpName = "N",
        CustomParser = ParsePort,
    };

    public static Option<string?> Host() => new("--host")
    {
        Description = "Address to listen on (default 127.0.0.1)",
        HelpName = "H",
    };

    public static Option<string?> Hub() => new("--hub")
    {
        Description = "Where the hub (or the inner edge) accepts links",
        HelpName = "HOST:PORT",
    };

    public static Option<string[]> Hubs() => new("--hub")
    {
        Description = "Where a hub (or an inner edge) accepts links; once for each of several (default: Edge:Hubs)",
        HelpName = "HOST:PORT",
        DefaultValueFactory = _ => [],
    };

    public static Option<int?> LinkPort() => new("--link-port")
    {
        Description = "Port on which links of other components are accepted (0 takes a free one)",
        HelpName = "N",
        CustomParser = ParsePort,
    };

    public static Option<string?> LinkKey() => new("--link-key")
    {
        Description = "File with the key that the components of this community share (default: link.key in the data folder)",
        HelpName = "FILE",
    };

    private static int? ParsePort(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            return port;
        }

        argument.AddError($"'{text}' is no port: 0 to {ushort.MaxValue}");
        return null;
    }
}
