using Sametime.Contracts.Loop;

namespace Sametime.Contracts.Link;

/// <summary>How a stream to the accepting end is made: over TCP, or in this process.</summary>
public interface ILinkDialer
{
    /// <summary>
    /// Makes a stream on the loop of the caller. Fails when the other end cannot be reached, usually with a
    /// <see cref="System.Net.Sockets.SocketException"/>; the message of the exception is for the operator.
    /// </summary>
    Task<IByteStream> DialAsync();
}
