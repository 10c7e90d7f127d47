using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Events;

/// <summary>Somebody was not let in.</summary>
[EventName("security.login-refused", 1)]
public sealed record LoginRefused([Personal(nameof(LoginName))] string LoginName, [Personal(nameof(LoginName))] string Address, AuthType AuthType, Reason Reason) : IEvent;

/// <summary>A login was ended in favour of another one of the same user.</summary>
/// <param name="Login">The login that ended.</param>
/// <param name="User">Whose it was.</param>
/// <param name="DisplacedBy">The login that stays.</param>
/// <param name="Reason">What the client was told.</param>
[EventName("security.login-discarded", 1)]
public sealed record LoginDiscarded(
    [NotPersonal] LoginId Login,
    [Personal] UserId User,
    [NotPersonal] LoginId DisplacedBy,
    Reason Reason) : IEvent;

/// <summary>Which count of password attempts ran over.</summary>
public enum ThrottleScope
{
    /// <summary>One account from one address.</summary>
    AccountFromAddress,

    /// <summary>One address, whatever the account.</summary>
    Address,

    /// <summary>One account, from wherever.</summary>
    Account,
}

/// <summary>Password attempts are refused for a while. Told once a window, not once an attempt.</summary>
[EventName("security.account-throttled", 1)]
public sealed record AccountThrottled([Personal(nameof(LoginName))] string LoginName, [Personal(nameof(LoginName))] string Address, ThrottleScope Scope) : IEvent;
