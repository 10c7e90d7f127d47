using System.Security.Cryptography;
using System.Text;
using Sametime.Contracts.Providers;

namespace Sametime.Services.Providers.Subjects;

/// <summary>
/// Makes subjects and reads them:
/// <code>
/// lookup  HMAC-SHA256(lookup key, name in upper case)
/// key     nonce (12) | AES-256-GCM(wrapping key, the subject's 32 bytes, "key " + id) | tag (16)
/// name    nonce (12) | AES-256-GCM(the subject's key, name, "name " + id) | tag (16)
/// </code>
/// </summary>
internal sealed class SubjectSeal(StoreKey key)
{
    private const int KeyBytes = 32;

    /// <summary>Names compare without regard to case, as user ids do.</summary>
    public byte[] Lookup(string name) => HMACSHA256.HashData(key.Lookup, Encoding.UTF8.GetBytes(name.ToUpperInvariant()));

    /// <summary>A subject for a name, as it is to be kept.</summary>
    public SubjectRow Make(string name)
    {
        var id = NewId();
        var secret = RandomNumberGenerator.GetBytes(KeyBytes);
        return new SubjectRow(
            id, Lookup(name), Sealed.Seal(secret, Encoding.UTF8.GetBytes(name), About("name", id)), Sealed.Seal(key.Wrapping, secret, About("key", id)));
    }

    /// <exception cref="StoreCorruptException">It was altered, or is of another store key.</exception>
    public Subject Read(SubjectRow row)
    {
        if (row.Key is null || row.Name is null)
            return Subject.Erased(row.Id);
        var secret = Sealed.TryOpen(key.Wrapping, row.Key, About("key", row.Id));
        var name = secret is null ? null : Sealed.TryOpen(secret, row.Name, About("name", row.Id));
        return name is null
            ? throw new StoreCorruptException($"The key of subject {row.Id} was altered: it cannot be opened with this store key.")
            : new Subject(row.Id, Encoding.UTF8.GetString(name), secret);
    }

    /// <summary>A new id. With a letter in it, it is no name in upper case (<see cref="Contracts.Events.EventStreamName.Subject"/>).</summary>
    public static SubjectId NewId()
    {
        string digits;
        do
        {
            digits = RandomNumberGenerator.GetHexString(SubjectId.Digits, lowercase: true);
        }
        while (!digits.AsSpan().ContainsAnyInRange('a', 'f'));
        return new SubjectId(digits);
    }

    private static byte[] About(string what, SubjectId id) => Encoding.ASCII.GetBytes($"{what} {id}");
}
