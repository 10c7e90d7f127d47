using System.Security.Cryptography;

namespace Sametime.Services.Providers.Subjects;

/// <summary>Bytes that only a key opens: nonce (12, drawn by chance) | AES-256-GCM | tag (16).</summary>
internal static class Sealed
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    public static byte[] Seal(byte[] key, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> about)
    {
        var all = new byte[NonceBytes + plain.Length + TagBytes];
        var nonce = all.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Encrypt(nonce, plain, all.AsSpan(NonceBytes, plain.Length), all.AsSpan(NonceBytes + plain.Length), about);
        return all;
    }

    /// <summary>What was sealed; null when it was altered, is about something else, or was sealed with another key.</summary>
    public static byte[]? TryOpen(byte[] key, ReadOnlySpan<byte> all, ReadOnlySpan<byte> about)
    {
        if (all.Length < NonceBytes + TagBytes)
            return null;
        var plain = new byte[all.Length - NonceBytes - TagBytes];
        using var cipher = new AesGcm(key, TagBytes);
        try
        {
            cipher.Decrypt(all[..NonceBytes], all[NonceBytes..^TagBytes], all[^TagBytes..], plain, about);
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}
