using System.Net;

namespace Sametime.Compose.Settings;

/// <summary>Lists of networks as they stand in settings.</summary>
internal static class Networks
{
    /// <exception cref="CommandException">Names the first entry that is no network.</exception>
    public static IReadOnlyList<IPNetwork> Parse(string setting, IReadOnlyList<string> networks) => [.. networks.Select(text =>
        IPNetwork.TryParse(text, out var network) ? network : throw new CommandException(ExitCode.Usage, $"{setting}: '{text}' is no network; write it as 10.0.0.0/8"))];
}
