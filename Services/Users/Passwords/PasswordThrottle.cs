using System.Net;
using Sametime.Contracts.Events;

namespace Sametime.Services.Users.Passwords;

/// <summary>What the throttle says to one attempt.</summary>
/// <param name="Scope">Which count ran over; null when the attempt may go on.</param>
/// <param name="IsFirst">The first refusal by this count in its window: worth telling.</param>
internal readonly record struct ThrottleVerdict(ThrottleScope? Scope, bool IsFirst);

/// <summary>
/// Counts wrong passwords by account and address. An attempt counts as wrong from its start, so that many at once cannot slip through, and
/// is taken back when the password was right or nobody could check it. IPv6 addresses count by their network of 64 bits.
/// </summary>
internal sealed class PasswordThrottle(PasswordOptions options, TimeProvider time)
{
    private readonly WindowCounter<(string Account, IPAddress Address)> _byBoth = new(options.ShortWindow, options.CountsMax, time);
    private readonly WindowCounter<IPAddress> _byAddress = new(options.ShortWindow, options.CountsMax, time);
    private readonly WindowCounter<string> _byAccount = new(options.LongWindow, options.CountsMax, time);
    private readonly WindowCounter<(string Account, IPAddress Address)> _known = new(options.KnownAddressWindow, options.CountsMax, time);
    private readonly WindowCounter<(ThrottleScope Scope, string Account, IPAddress Address)> _told = new(options.ShortWindow, options.CountsMax, time);
    private readonly Lock _guard = new();

    /// <summary>Begins an attempt: counts it, or refuses it without counting.</summary>
    public ThrottleVerdict Begin(string account, IPAddress address)
    {
        var (key, from) = Keys(account, address);
        lock (_guard)
        {
            if (Exceeded(key, from) is { } scope)
            {
                var told = (scope, scope == ThrottleScope.Address ? "" : key, scope == ThrottleScope.Account ? IPAddress.None : from);
                var isFirst = _told[told] == 0;
                _told.Add(told, 1);
                return new ThrottleVerdict(scope, isFirst);
            }

            Count(key, from, 1);
            return default;
        }
    }

    /// <summary>The password was right: the attempt does not count, and the address is known for the account from now on.</summary>
    public void Succeed(string account, IPAddress address)
    {
        var (key, from) = Keys(account, address);
        lock (_guard)
        {
            Count(key, from, -1);
            _byBoth.Add((key, from), -_byBoth[(key, from)]);
            _known.Add((key, from), 1);
        }
    }

    /// <summary>Nobody could tell whether the password was right: the attempt does not count.</summary>
    public void TakeBack(string account, IPAddress address)
    {
        var (key, from) = Keys(account, address);
        lock (_guard)
            Count(key, from, -1);
    }

    private ThrottleScope? Exceeded(string key, IPAddress from) =>
        _byBoth[(key, from)] >= options.FailuresPerAccountAndAddress ? ThrottleScope.AccountFromAddress
        : _byAddress[from] >= options.FailuresPerAddress ? ThrottleScope.Address
        : _byAccount[key] >= options.FailuresPerAccount && _known[(key, from)] == 0 ? ThrottleScope.Account
        : null;

    private void Count(string key, IPAddress from, int amount)
    {
        _byBoth.Add((key, from), amount);
        _byAddress.Add(from, amount);
        _byAccount.Add(key, amount);
    }

    private static (string Account, IPAddress Address) Keys(string account, IPAddress address) =>
        (account.ToUpperInvariant(), AddressNetwork.Of(address));
}
