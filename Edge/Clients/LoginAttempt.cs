using Sametime.Contracts.Crypto;
using Sametime.Contracts.Wire;
using Sametime.Edge.Links;

namespace Sametime.Edge.Clients;

/// <summary>What a connection remembers between Handshake and login only; dropped when the hub has accepted it.</summary>
/// <param name="protocolMinor">The minor version of its Handshake.</param>
/// <param name="clientType">The kind of client its Handshake said.</param>
internal sealed class LoginAttempt(ushort protocolMinor, ClientType clientType)
{
    public ushort ProtocolMinor { get; } = protocolMinor;

    public ClientType ClientType { get; } = clientType;

    /// <summary>Our side of the key agreement, once HandshakeAck is sent.</summary>
    public KeyAgreement? Key { get; set; }

    /// <summary>The number HandshakeAck carried.</summary>
    public uint Magic { get; set; }

    /// <summary>How the secret came, once Login was read.</summary>
    public AuthType AuthType { get; set; }

    /// <summary>What goes to a hub, and to another one when the first sends it on; once its secret is open.</summary>
    public UndecidedLogin? Login { get; set; }

    /// <summary>The secret is needed no more.</summary>
    public void Forget() => Login?.Forget();
}
