using System.Net;

namespace Sametime.Compose.Commands;

/// <summary>Addresses of links as they stand on a command line.</summary>
internal static class LinkAddress
{
    /// <summary>HOST:PORT, where HOST is a name or an address (IPv6 in brackets).</summary>
    public static EndPoint Parse(string? text) => text is null
        ? throw new CommandException(ExitCode.Usage, "--hub HOST:PORT is missing")
        : TryParse(text) ?? throw new CommandException(ExitCode.Usage, $"'{text}' is not HOST:PORT");

    /// <summary>The same; null when it is none.</summary>
    public static EndPoint? TryParse(string text)
    {
        if (IPEndPoint.TryParse(text, out var address) && address.Port > 0)
        {
            return address;
        }

        // More than one colon is an address without its brackets: which of its parts would be the port?
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && ushort.TryParse(text.AsSpan(colon + 1), out var port) && port > 0 ? new DnsEndPoint(text[..colon], port) : null;
    }

    /// <summary>Where links are accepted; null when no port is given.</summary>
    public static IPEndPoint? Local(string host, int? port)
    {
        if (port is null)
        {
            return null;
        }

        return IPAddress.TryParse(host, out var address)
            ? new IPEndPoint(address, port.Value)
            : throw new CommandException(ExitCode.Usage, $"{host} is no IP address to listen on");
    }
}
