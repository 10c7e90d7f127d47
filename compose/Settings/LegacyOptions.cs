using Sametime.Contracts.Crypto;

namespace Sametime.Compose.Settings;

/// <summary>Where the legacy login of existing clients is accepted outside TLS.</summary>
internal sealed class LegacyOptions
{
    /// <summary>Networks from which it is. None listed: this machine only.</summary>
    public IReadOnlyList<string> AllowFrom { get; set; } = [];

    /// <summary>The policy that follows from these and the unsafe settings.</summary>
    public CryptoPolicy ToPolicy(UnsafeOptions weaker)
    {
        var options = new CryptoPolicyOptions { WeakAuthTypesFrom = Networks.Parse("Unsafe:WeakAuthTypesFrom", weaker.WeakAuthTypesFrom) };
        if (AllowFrom.Count > 0)
        {
            options.AllowFrom = Networks.Parse("Legacy:AllowFrom", AllowFrom);
        }

        return new CryptoPolicy(options);
    }
}
