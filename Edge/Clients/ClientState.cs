namespace Sametime.Edge.Clients;

/// <summary>Where a client's session is. The order is the order of its life.</summary>
internal enum ClientState : byte
{
    /// <summary>Accepted; not one byte has come.</summary>
    Silent,

    /// <summary>It said a TLS hello; the TLS handshake is not done.</summary>
    TlsHello,

    /// <summary>Only a Handshake is allowed.</summary>
    New,

    /// <summary>Only a Login is allowed.</summary>
    Shaken,

    /// <summary>The hub decides; nothing is allowed.</summary>
    LoggingIn,

    /// <summary>Logged in: frames pass.</summary>
    In,

    /// <summary>It is told why, or has said goodbye; what it still sends is dropped.</summary>
    Ending,

    /// <summary>The stream is over.</summary>
    Ended,
}
