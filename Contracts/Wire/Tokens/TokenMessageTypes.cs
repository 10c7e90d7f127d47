namespace Sametime.Contracts.Wire.Tokens;

/// <summary>
/// Message types on a token channel (service <c>0x00c10001</c>), which a logged-in client opens to get tokens for its own user and
/// which the Users application answers. A service of ours: docs/tokens.md.
/// </summary>
public static class TokenMessageTypes
{
    /// <summary>From client: <see cref="TokenRequest"/>.</summary>
    public const ushort Request = 0x0001;

    /// <summary>To client: <see cref="TokenReply"/>.</summary>
    public const ushort Reply = 0x0002;
}
