using System.Net;
using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Crypto;

/// <summary>How a login reached the first of our processes: what a <see cref="CryptoPolicy"/> decides by.</summary>
/// <param name="IsTls">The client's own connection is inside TLS.</param>
/// <param name="ClientAddress">The address the client connected from.</param>
public readonly record struct LoginTransport(bool IsTls, IPAddress ClientAddress);

/// <summary>
/// Says which auth types may be used where. It knows nothing of how they work (<see cref="AuthDataReader"/>), and they nothing of it.
/// <code>
///                         inside TLS   Legacy:AllowFrom   Unsafe:WeakAuthTypesFrom   elsewhere
/// Rc2DiffieHellman, Token yes          yes                yes                        no
/// Plain, Rc2Fixed40       yes          no                 yes                        no
/// </code>
/// Refusals are EncryptionMismatch where another transport would have done, EncryptionNotSupported for types nobody offers.
/// </summary>
public sealed class CryptoPolicy(CryptoPolicyOptions options)
{
    /// <summary>The reason to refuse this login with, or <see cref="Reason.Success"/> when it may go on.</summary>
    public Reason Judge(AuthType type, LoginTransport transport) => type switch
    {
        AuthType.Rc2DiffieHellman or AuthType.Token => AllowIf(transport.IsTls
            || IsIn(options.AllowFrom, transport) || IsIn(options.WeakAuthTypesFrom, transport)),
        AuthType.Plain or AuthType.Rc2Fixed40 => AllowIf(transport.IsTls || IsIn(options.WeakAuthTypesFrom, transport)),
        _ => Reason.EncryptionNotSupported,
    };

    private static Reason AllowIf(bool isAllowed) => isAllowed ? Reason.Success : Reason.EncryptionMismatch;

    private static bool IsIn(IReadOnlyList<IPNetwork> networks, LoginTransport transport)
    {
        // A dual-stack listener reports IPv4 clients as ::ffff:a.b.c.d; an operator writes a.b.c.d.
        var address = transport.ClientAddress.IsIPv4MappedToIPv6 ? transport.ClientAddress.MapToIPv4() : transport.ClientAddress;
        foreach (var network in networks)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }

        return false;
    }
}
