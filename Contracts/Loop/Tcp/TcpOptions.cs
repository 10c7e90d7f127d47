namespace Sametime.Contracts.Loop.Tcp;

/// <summary>How sockets are set up.</summary>
public sealed class TcpOptions
{
    /// <summary>Sent bytes that the peer's system does not acknowledge for so long end the connection (Linux only). Zero: the system's own.</summary>
    public TimeSpan UserTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Connections that the system holds for us until they are accepted.</summary>
    public int BacklogMax { get; set; } = 4096;

    /// <summary>Connections accepted in one turn, so that a rush does not keep the connected ones waiting.</summary>
    public int AcceptsPerTurnMax { get; set; } = 64;

    /// <summary>How long accepting stops when the process has no file descriptor left.</summary>
    public TimeSpan AcceptRetryDelay { get; set; } = TimeSpan.FromMilliseconds(100);
}
