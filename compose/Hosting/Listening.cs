using System.Net;
using System.Net.Sockets;

namespace Sametime.Compose.Hosting;

/// <summary>Turns the ways in which a port cannot be had into one clear sentence.</summary>
internal static class Listening
{
    public static T On<T>(IPEndPoint endPoint, Func<T> listen)
    {
        try
        {
            return listen();
        }
        catch (SocketException e)
        {
            throw Explain(endPoint.ToString(), e);
        }
    }

    public static CommandException Explain(string endPoint, SocketException e) => e.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => new CommandException(ExitCode.InUse, $"{endPoint} is in use by another program; choose another with --port"),
        SocketError.AccessDenied => new CommandException(ExitCode.Failure, $"listening on {endPoint} is not allowed for this user"),
        SocketError.AddressNotAvailable => new CommandException(ExitCode.Usage, $"{endPoint} is no address of this machine"),
        _ => new CommandException(ExitCode.Failure, $"cannot listen on {endPoint}: {e.Message}"),
    };
}
