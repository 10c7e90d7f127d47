using System.Net.Sockets;

namespace Sametime.Contracts.Loop;

/// <summary>What a socket is watched for, or is ready for.</summary>
[Flags]
public enum Readiness
{
    None = 0,

    /// <summary>Bytes, a connection to accept, or the peer's end of stream.</summary>
    Read = 1,

    /// <summary>Room to send.</summary>
    Write = 2,

    /// <summary>The connection has failed. Always reported, asked for or not.</summary>
    Failed = 4,
}

/// <summary>Who is told that a socket is ready.</summary>
public interface IReadyHandler
{
    /// <summary>The socket can be used without blocking. Repeated each turn as long as it is so (level-triggered).</summary>
    void OnReady(Readiness readiness);
}

/// <summary>
/// Waits for many sockets at once. Loop thread only, but for <see cref="Wake"/>. Closes the sockets still watched when
/// it is disposed.
/// </summary>
public interface ISocketPoller : IDisposable
{
    /// <summary>Begins to watch a socket.</summary>
    void Add(Socket socket, Readiness interest, IReadyHandler handler);

    /// <summary>Watches for something else from now on.</summary>
    void Change(Socket socket, Readiness interest);

    /// <summary>Forgets the socket. Must come before it is closed; nothing is reported for it afterwards.</summary>
    void Remove(Socket socket);

    /// <summary>Waits until a socket is ready, <see cref="Wake"/> is called or the time is up, and tells the handlers.</summary>
    /// <param name="timeoutMilliseconds">How long; 0 only looks, -1 waits for ever.</param>
    /// <param name="onError">Takes what a handler throws.</param>
    void Wait(int timeoutMilliseconds, Action<Exception> onError);

    /// <summary>Ends a <see cref="Wait"/>, now or the next one. May be called from any thread.</summary>
    void Wake();
}
