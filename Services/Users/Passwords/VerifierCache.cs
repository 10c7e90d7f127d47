using System.Security.Cryptography;
using System.Text;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Users.Passwords;

/// <summary>
/// Remembers for a while which password was found right for which hash, so that a client that reconnects costs no Argon2. What is kept is
/// a digest under a key that this process made up; it is in no file and dies with the process. A changed hash makes it worthless by itself.
/// </summary>
internal sealed class VerifierCache(PasswordOptions options, TimeProvider time)
{
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes);
    private readonly Dictionary<UserId, Verifier> _verifiers = [];
    private readonly Queue<Verifier> _oldestFirst = new();
    private readonly Lock _guard = new();

    /// <summary>Passwords remembered now.</summary>
    public int Count
    {
        get
        {
            lock (_guard)
            {
                Forget();
                return _verifiers.Count;
            }
        }
    }

    /// <summary>Whether this password was verified against this very hash a short while ago.</summary>
    public bool Knows(UserId user, string hash, ReadOnlySpan<byte> password)
    {
        var digest = Digest(hash, password);
        lock (_guard)
        {
            Forget();
            return _verifiers.TryGetValue(user, out var known) && CryptographicOperations.FixedTimeEquals(known.Digest, digest);
        }
    }

    /// <summary>Remembers a password that was verified just now.</summary>
    public void Remember(UserId user, string hash, ReadOnlySpan<byte> password)
    {
        var verifier = new Verifier(user, Digest(hash, password), time.GetTimestamp());
        lock (_guard)
        {
            _verifiers[user] = verifier;
            _oldestFirst.Enqueue(verifier);
            Forget();
        }
    }

    /// <summary>Forgets a user whose password changed or who was removed.</summary>
    public void Drop(UserId user)
    {
        lock (_guard)
            _verifiers.Remove(user);
    }

    // Each verifier is queued once, so popping the old ones from the front costs a constant for each that was ever remembered.
    private void Forget()
    {
        while (_oldestFirst.TryPeek(out var oldest)
            && (_oldestFirst.Count > options.VerifiersMax || time.GetElapsedTime(oldest.RememberedAt) >= options.VerifierLifetime))
        {
            _oldestFirst.Dequeue();
            if (_verifiers.TryGetValue(oldest.User, out var current) && ReferenceEquals(current, oldest))
                _verifiers.Remove(oldest.User);
        }
    }

    private byte[] Digest(string hash, ReadOnlySpan<byte> password)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        mac.AppendData(Encoding.UTF8.GetBytes(hash));
        mac.AppendData([0]); // a PHC string holds no zero, so the border between the two is clear
        mac.AppendData(password);
        return mac.GetHashAndReset();
    }

    private sealed record Verifier(UserId User, byte[] Digest, long RememberedAt);
}
