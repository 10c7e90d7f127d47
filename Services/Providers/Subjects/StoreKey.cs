using System.Security.Cryptography;

namespace Sametime.Services.Providers.Subjects;

/// <summary>
/// The one secret of a community's store, which lies outside of it. Nothing is done with it itself; each use has a key of its own:
/// <code>
/// HKDF-SHA256(store key, info "sametime store wrapping")   wraps the key of each person
/// HKDF-SHA256(store key, info "sametime store lookup")     finds a person by name without the name being kept
/// HKDF-SHA256(store key, info "sametime store chain")      links each event to the one before it
/// HKDF-SHA256(store key, info "sametime store check")      kept in the clear, so that a wrong key is known at once
/// </code>
/// </summary>
internal sealed class StoreKey
{
    /// <summary>Bytes of a store key, at least.</summary>
    public const int BytesMin = 32;

    private const int DerivedBytes = 32;

    private StoreKey(byte[] key)
    {
        Wrapping = Derive(key, "sametime store wrapping"u8);
        Lookup = Derive(key, "sametime store lookup"u8);
        Chain = Derive(key, "sametime store chain"u8);
        Check = Derive(key, "sametime store check"u8);
    }

    /// <summary>For <see cref="SubjectSeal"/>.</summary>
    public byte[] Wrapping { get; }

    /// <summary>For <see cref="SubjectSeal"/>.</summary>
    public byte[] Lookup { get; }

    /// <summary>For the links of the log.</summary>
    public byte[] Chain { get; }

    /// <summary>Says nothing of the key, and is another one for every other key.</summary>
    public byte[] Check { get; }

    public static StoreKey From(byte[] key)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(key.Length, BytesMin);
        return new StoreKey(key);
    }

    private static byte[] Derive(byte[] key, ReadOnlySpan<byte> info)
    {
        var derived = new byte[DerivedBytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, derived, salt: [], info);
        return derived;
    }
}
