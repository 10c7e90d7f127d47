using System.Net;

namespace Sametime.Contracts.Crypto;

/// <summary>Where legacy logins are allowed in the clear. Bound from the sections <c>Legacy</c> and <c>Unsafe</c>.</summary>
public sealed class CryptoPolicyOptions
{
    /// <summary>
    /// <c>Legacy:AllowFrom</c>: networks from which logins outside TLS are accepted, with the protocol's own key agreement or with a token.
    /// Default: this machine only.
    /// </summary>
    public IReadOnlyList<IPNetwork> AllowFrom { get; set; } = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")];

    /// <summary>
    /// <c>Unsafe:WeakAuthTypesFrom</c>: networks from which a password may come outside TLS in the clear, or under RC2-40, which travels
    /// with its own key. Default: none, not even this machine, because a tunnel or proxy on this machine makes strangers look local.
    /// </summary>
    public IReadOnlyList<IPNetwork> WeakAuthTypesFrom { get; set; } = [];
}
