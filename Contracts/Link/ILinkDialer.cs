using Sametime.Contracts.Loop;

namespace Sametime.Contracts.Link;

/// <summary>How a stream to the accepting end is made: over TCP, or in this process.</summary>
public interface ILinkDialer
{
    /// <summary>
    /// Makes a stream on the loop of the caller. Fails with an <see cref="System.Net.Sockets.SocketException"/> when the
    /// other end cannot be reached.
    /// </summary>
    Task<IByteStream> DialAsync();
}
