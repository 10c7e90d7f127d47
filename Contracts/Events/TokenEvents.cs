using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Events;

/// <summary>A token was made for a user. The token itself is nowhere.</summary>
/// <param name="User">Whom it lets in.</param>
/// <param name="Token">Digest that names the token.</param>
/// <param name="Expires">When it ends.</param>
/// <param name="OneTime">Whether it lets in once only.</param>
/// <param name="For">Who asked for it: the login of a client, or the node name of an application.</param>
[EventName("security.token-issued", 1)]
public sealed record TokenIssued([Personal] UserId User, [NotPersonal] string Token, DateTimeOffset Expires, bool OneTime, [NotPersonal] string For) : IEvent;

/// <summary>A one-time token let its user in and never will again.</summary>
/// <param name="User">Whom it let in.</param>
/// <param name="Token">Digest that names the token.</param>
/// <param name="Expires">When it would have ended.</param>
/// <param name="Attempt">The attempt to log in that spent it; to that one alone it is good again. Empty when nobody said.</param>
[EventName("security.token-spent", 1)]
public sealed record TokenSpent(
    [Personal] UserId User, [NotPersonal] string Token, DateTimeOffset Expires, [NotPersonal] string Attempt = "") : IEvent;

/// <summary>Every token that was made for a user before now is worth nothing any more.</summary>
[EventName("security.tokens-revoked", 1)]
public sealed record TokensRevoked([Personal] UserId User, [NotPersonal] string Actor) : IEvent;
