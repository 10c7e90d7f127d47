using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;

namespace Sametime.Services.Users.Passwords;

/// <summary>Argon2id over passwords, stored as PHC strings. Each call takes tens of milliseconds: go through <see cref="HashGate"/>.</summary>
internal sealed class PasswordHasher(PasswordOptions options)
{
    private const int SaltBytes = 16;
    private const int DigestBytes = 32;

    private readonly Lazy<string> _decoy = new(() => new PasswordHasher(options).Hash(RandomNumberGenerator.GetBytes(SaltBytes)));

    /// <summary>A hash of nobody's password, checked for unknown users so that they take as long as wrong passwords.</summary>
    public string Decoy => _decoy.Value;

    /// <summary>Hashes a password with a fresh salt at today's cost.</summary>
    public string Hash(ReadOnlySpan<byte> password)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        var cost = new PhcHash(options.MemoryKiB, options.Passes, options.Lanes, salt, new byte[DigestBytes]);
        return (cost with { Digest = Compute(cost, password) }).ToString();
    }

    /// <summary>Whether a password fits a PHC string. A string that is none fits nothing.</summary>
    public static bool Verify(ReadOnlySpan<byte> password, string phc) =>
        PhcHash.TryParse(phc, out var stored) && CryptographicOperations.FixedTimeEquals(Compute(stored, password), stored.Digest);

    /// <summary>Whether a hash was made at a cost below today's in any respect.</summary>
    public bool NeedsRehash(string phc) =>
        !PhcHash.TryParse(phc, out var stored)
        || stored.MemoryKiB < options.MemoryKiB || stored.Passes < options.Passes || stored.Lanes < options.Lanes
        || stored.Salt.Length < SaltBytes || stored.Digest.Length < DigestBytes;

    private static byte[] Compute(PhcHash cost, ReadOnlySpan<byte> password)
    {
        var generator = new Argon2BytesGenerator();
        generator.Init(new Argon2Parameters.Builder(Argon2Parameters.Argon2id)
            .WithVersion(PhcHash.ArgonVersion)
            .WithMemoryAsKB(cost.MemoryKiB)
            .WithIterations(cost.Passes)
            .WithParallelism(cost.Lanes)
            .WithSalt(cost.Salt)
            .Build());
        var copy = password.ToArray();
        var digest = new byte[cost.Digest.Length];
        generator.GenerateBytes(copy, digest);
        CryptographicOperations.ZeroMemory(copy);
        return digest;
    }
}
