using System.Net;
using System.Net.Sockets;

namespace Sametime.Compose.Hosting;

/// <summary>Turns the ways in which a port cannot be had into one clear sentence.</summary>
internal static class Listening
{
    /// <param name="endPoint">Where.</param>
    /// <param name="option">What chooses it on the command line.</param>
    /// <param name="listen">Begins to listen.</param>
    public static T On<T>(IPEndPoint endPoint, string option, Func<T> listen)
    {
        try
        {
            return listen();
        }
        catch (SocketException e)
        {
            throw Explain(endPoint.ToString(), option, e);
        }
    }

    public static CommandException Explain(string endPoint, string option, SocketException e) => e.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => new CommandException(ExitCode.InUse, $"{endPoint} is in use by another program; choose another with {option}"),
        SocketError.AccessDenied => new CommandException(ExitCode.Failure, $"listening on {endPoint} is not allowed for this user"),
        SocketError.AddressNotAvailable => new CommandException(ExitCode.Usage, $"{endPoint} is no address of this machine"),
        _ => new CommandException(ExitCode.Failure, $"cannot listen on {endPoint}: {e.Message}"),
    };
}
