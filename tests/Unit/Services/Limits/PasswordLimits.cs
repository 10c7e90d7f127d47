using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers;
using Sametime.Services.Users.Passwords;
using Sametime.Tests.Kit.Hub;
using Sametime.Tests.Kit.Loop;
using Sametime.Tests.Unit.Users.Passwords;

namespace Sametime.Tests.Unit.Services.Limits;

/// <summary>The limits of checking passwords.</summary>
internal static class PasswordLimits
{
    private static readonly IPAddress Home = IPAddress.Parse("192.0.2.1");
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(3);

    public static LimitBook Book { get; } = new LimitBook()
        .HeldBy<PasswordOptions>(
            nameof(PasswordOptions.MemoryKiB), typeof(PasswordHasherTests),
            nameof(PasswordHasherTests.A_hash_wants_replacing_when_its_cost_is_below_todays_in_any_respect))
        .HeldBy<PasswordOptions>(
            nameof(PasswordOptions.Passes), typeof(PasswordHasherTests),
            nameof(PasswordHasherTests.A_hash_wants_replacing_when_its_cost_is_below_todays_in_any_respect))
        .HeldBy<PasswordOptions>(
            nameof(PasswordOptions.Lanes), typeof(PasswordHasherTests),
            nameof(PasswordHasherTests.A_hash_wants_replacing_when_its_cost_is_below_todays_in_any_respect))
        .HeldBy<PasswordOptions>(
            nameof(PasswordOptions.VerifierLifetime), typeof(VerifierCacheTests),
            nameof(VerifierCacheTests.It_is_forgotten_after_fifteen_minutes))
        .HeldBy<PasswordOptions>(
            nameof(PasswordOptions.HashesRunningMax), typeof(HashGateTests),
            nameof(HashGateTests.As_many_enter_as_may_run_and_the_next_waits_for_a_place))
        .HeldBy<PasswordOptions>(
            nameof(PasswordOptions.HashesWaitingMax), typeof(HashGateTests),
            nameof(HashGateTests.One_more_than_may_wait_is_turned_away_at_once_and_takes_no_place_among_those_who_wait))
        .HeldBy<PasswordOptions>(
            nameof(PasswordOptions.HashWaitMax), typeof(HashGateTests),
            nameof(HashGateTests.A_wait_ends_after_twenty_seconds_and_leaves_its_place_to_others))
        .HeldBy<PasswordOptions>(
            nameof(PasswordOptions.FailuresPerAccountAndAddress), typeof(PasswordThrottleTests),
            nameof(PasswordThrottleTests.The_eleventh_wrong_password_for_an_account_from_an_address_is_refused_for_ten_minutes))
        .HeldBy<PasswordOptions>(
            nameof(PasswordOptions.FailuresPerAddress), typeof(PasswordThrottleTests),
            nameof(PasswordThrottleTests.The_thirty_first_wrong_password_from_an_address_is_refused_whatever_the_account))
        .HeldBy<PasswordOptions>(
            nameof(PasswordOptions.FailuresPerAccount), typeof(PasswordThrottleTests),
            nameof(PasswordThrottleTests.The_hundred_and_first_wrong_password_for_an_account_is_refused_to_strangers_but_not_to_its_owner))
        .HeldBy<PasswordOptions>(
            nameof(PasswordOptions.ChecksAtOncePerAddress), typeof(AddressTurnsTests),
            nameof(AddressTurnsTests.Who_waits_gets_his_turn_in_the_order_they_came))
        .Add<PasswordOptions>(nameof(PasswordOptions.VerifiersMax), "3, with the first", "3, without the first", static more =>
        {
            var cache = new VerifierCache(new PasswordOptions { VerifiersMax = 3 }, new FakeTimeProvider());
            for (var i = 0; i < 3 + more; i++)
                cache.Remember(new UserId($"u{i}"), "hash", "pw"u8);
            return $"{cache.Count}, {(cache.Knows(new UserId("u0"), "hash", "pw"u8) ? "with" : "without")} the first";
        })
        .Add<PasswordOptions>(nameof(PasswordOptions.ShortWindow), "AccountFromAddress", "let in", what: "account from an address",
            attempt: static more =>
            Again(new PasswordOptions { ShortWindow = Window, FailuresPerAccountAndAddress = 1 }, more, static _ => Home))
        .Add<PasswordOptions>(nameof(PasswordOptions.ShortWindow), "Address", "let in", what: "address", attempt: static more =>
            Again(new PasswordOptions { ShortWindow = Window, FailuresPerAddress = 1 }, more, static _ => Home))
        .Add<PasswordOptions>(nameof(PasswordOptions.LongWindow), "Account", "let in", static more =>
            Again(new PasswordOptions { LongWindow = Window, FailuresPerAccount = 1 }, more, Stranger))
        .Add<PasswordOptions>(nameof(PasswordOptions.KnownAddressWindow), "let in", "Account", static more =>
        {
            var time = new FakeTimeProvider();
            var throttle = new PasswordThrottle(new PasswordOptions { KnownAddressWindow = Window, FailuresPerAccount = 1 }, time);
            throttle.Begin("alice", Home);
            throttle.Succeed("alice", Home);
            throttle.Begin("alice", Stranger(1));
            time.Advance(LimitBook.Until(Window, more));
            return Said(throttle.Begin("alice", Home));
        })
        .Add<PasswordOptions>(nameof(PasswordOptions.CountsMax), "AccountFromAddress", "let in", what: "accounts", attempt: static more =>
        {
            var throttle = new PasswordThrottle(new PasswordOptions { CountsMax = 3, FailuresPerAccountAndAddress = 1 }, new FakeTimeProvider());
            for (var i = 0; i < 3 + more; i++)
                throttle.Begin($"u{i}", Home);
            return Said(throttle.Begin("u0", Home));
        })
        .Add<PasswordOptions>(nameof(PasswordOptions.CountsMax), "Address", "let in", what: "addresses", attempt: static more =>
        {
            var throttle = new PasswordThrottle(new PasswordOptions { CountsMax = 3, FailuresPerAddress = 1 }, new FakeTimeProvider());
            for (var i = 0; i < 3 + more; i++)
                throttle.Begin("alice", Stranger(i));
            return Said(throttle.Begin("bob", Stranger(0)));
        })
        .Add<PasswordOptions>(nameof(PasswordOptions.ThrottledDelay), "no answer yet", "ServerNotResponding", static more =>
            LogIn(new PasswordOptions { ThrottledDelay = Window, FailuresPerAddress = 0 }, LimitBook.Until(Window, more), awayFor: TimeSpan.Zero))
        .Add<PasswordOptions>(nameof(PasswordOptions.AwayHold), "no answer yet", "ServerNotResponding", static more =>
            LogIn(new PasswordOptions { AwayHold = Window, AwayRetryDelay = TimeSpan.FromMinutes(1) }, LimitBook.Until(Window, more),
                awayFor: TimeSpan.FromDays(1)))
        .Add<PasswordOptions>(nameof(PasswordOptions.AwayRetryDelay), "no answer yet", "IncorrectLogin", static more =>
            LogIn(new PasswordOptions { AwayHold = TimeSpan.FromDays(1), AwayRetryDelay = Window }, LimitBook.Until(Window, more),
                awayFor: TimeSpan.FromSeconds(1)));

    private static IPAddress Stranger(int i) => IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"198.51.100.{i + 1}"));

    private static string Said(ThrottleVerdict verdict) => verdict.Scope?.ToString() ?? "let in";

    // Of three attempts only the first is counted; the second is refused at the same moment, the last one when its window is over or not.
    private static string Again(PasswordOptions options, int more, Func<int, IPAddress> from)
    {
        var time = new FakeTimeProvider();
        var throttle = new PasswordThrottle(options, time);
        throttle.Begin("alice", from(1));
        throttle.Begin("alice", from(2));
        time.Advance(LimitBook.Until(Window, more));
        return Said(throttle.Begin("alice", from(3)));
    }

    private static string LogIn(PasswordOptions options, TimeSpan within, TimeSpan awayFor)
    {
        using var loop = new ManualLoop();
        using var credential = new Credential(CredentialKind.Password, "pw"u8.ToArray());
        var provider = new PasswordAuthenticationProvider(
            [new Away(loop.Time, awayFor)], new PasswordThrottle(options, loop.Time), new AddressTurns(options), new RecordedEvents(), options,
                loop.Time,
            NullLogger<PasswordAuthenticationProvider>.Instance);
        Task<Authentication>? login = null;
        loop.Run(() => login = provider.VerifyAsync("alice", credential, Home, CancellationToken.None).AsTask());
        loop.Advance(within);
        return login!.IsCompleted ? login.Result.Reason.ToString() : "no answer yet";
    }

    /// <summary>A directory that does not answer for a time, and then knows nobody.</summary>
    private sealed class Away(TimeProvider time, TimeSpan awayFor) : IPasswordSource
    {
        private readonly long _since = time.GetTimestamp();

        public ValueTask<PasswordAccount?> FindAsync(string loginName, CancellationToken stop) => time.GetElapsedTime(_since) < awayFor
            ? throw new StoreUnavailableException("away")
            : ValueTask.FromResult<PasswordAccount?>(null);

        public ValueTask<PasswordVerdict> CheckAsync(PasswordAccount? account, ReadOnlyMemory<byte> password, CancellationToken stop) =>
            ValueTask.FromResult(PasswordVerdict.Wrong);
    }
}
