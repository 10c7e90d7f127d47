using System.Security.Cryptography;
using System.Text;
using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Crypto;

/// <summary>What a <see cref="Credential"/> proves identity with.</summary>
public enum CredentialKind
{
    /// <summary>A password in the clear, as bytes; UTF-8 unless an old client used its local code page.</summary>
    Password,

    /// <summary>A token, opaque to the protocol; only the provider that issued it can read it.</summary>
    Token,
}

/// <summary>
/// A secret that a client presented, after its wrapping was taken off. Its text never reaches a log: <see cref="ToString"/> hides it, and
/// <see cref="Dispose"/> overwrites it as soon as it was verified.
/// </summary>
public sealed class Credential(CredentialKind kind, byte[] secret) : IDisposable
{
    /// <summary>Password or token.</summary>
    public CredentialKind Kind { get; } = kind;

    /// <summary>The secret's bytes; all zero after <see cref="Dispose"/>.</summary>
    public ReadOnlyMemory<byte> Secret => secret;

    /// <summary>
    /// Which attempt to log in it was presented in: random bytes of the Edge that has the client, the same however often the hubs ask about
    /// this attempt, so that a token that counts once may be asked about again. Empty when nobody said.
    /// </summary>
    public Opaque Attempt { get; init; }

    /// <summary>A password from text, as the program's own commands and test clients have it.</summary>
    public static Credential Password(string password) => new(CredentialKind.Password, Encoding.UTF8.GetBytes(password));

    /// <summary>A token from its bytes, which are copied.</summary>
    public static Credential Token(ReadOnlySpan<byte> token) => new(CredentialKind.Token, token.ToArray());

    /// <summary>Overwrites the secret.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(secret);

    /// <summary>The kind and nothing else.</summary>
    public override string ToString() => $"{Kind} (hidden)";
}
