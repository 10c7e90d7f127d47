using System.Net;
using Microsoft.Extensions.Time.Testing;
using Sametime.Contracts.Events;
using Sametime.Services.Users.Passwords;
using Xunit;

namespace Sametime.Tests.Unit.Users.Passwords;

public class PasswordThrottleTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromTicks(1);
    private static readonly IPAddress Home = IPAddress.Parse("192.0.2.1");
    private readonly FakeTimeProvider _time = new();
    private readonly PasswordThrottle _throttle;

    public PasswordThrottleTests() => _throttle = new PasswordThrottle(new PasswordOptions(), _time);

    [Fact]
    public void The_eleventh_wrong_password_for_an_account_from_an_address_is_refused_for_ten_minutes()
    {
        Assert.All(Enumerable.Range(0, 10), _ => Assert.Null(_throttle.Begin("alice", Home).Scope));

        Assert.Equal(new ThrottleVerdict(ThrottleScope.AccountFromAddress, IsFirst: true), _throttle.Begin("alice", Home));
        Assert.Equal(new ThrottleVerdict(ThrottleScope.AccountFromAddress, IsFirst: false), _throttle.Begin("ALICE", Home));
        Assert.Null(_throttle.Begin("bob", Home).Scope);
        Assert.Null(_throttle.Begin("alice", IPAddress.Parse("192.0.2.2")).Scope);
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Null(_throttle.Begin("alice", Home).Scope);
    }

    [Fact]
    public void The_thirty_first_wrong_password_from_an_address_is_refused_whatever_the_account()
    {
        for (var i = 0; i < 30; i++)
            Assert.Null(_throttle.Begin($"user{i}", Home).Scope);

        Assert.Equal(ThrottleScope.Address, _throttle.Begin("another", Home).Scope);
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Null(_throttle.Begin("another", Home).Scope);
    }

    [Fact]
    public void The_hundred_and_first_wrong_password_for_an_account_is_refused_to_strangers_but_not_to_its_owner()
    {
        Assert.Null(_throttle.Begin("alice", Home).Scope);
        _throttle.Succeed("alice", Home);
        for (var i = 0; i < 100; i++)
            Assert.Null(_throttle.Begin("alice", Stranger(i)).Scope);

        Assert.Equal(ThrottleScope.Account, _throttle.Begin("alice", Stranger(100)).Scope);
        Assert.Null(_throttle.Begin("alice", Home).Scope);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Null(_throttle.Begin("alice", Stranger(101)).Scope);
    }

    [Fact]
    public void Right_passwords_never_count()
    {
        for (var i = 0; i < 1_000; i++)
        {
            Assert.Null(_throttle.Begin("alice", Home).Scope);
            _throttle.Succeed("alice", Home);
        }
    }

    [Fact]
    public void A_right_password_wipes_out_the_typing_mistakes_before_it()
    {
        for (var i = 0; i < 9; i++)
            _throttle.Begin("alice", Home);
        _throttle.Begin("alice", Home);
        _throttle.Succeed("alice", Home);

        Assert.All(Enumerable.Range(0, 10), _ => Assert.Null(_throttle.Begin("alice", Home).Scope));
        Assert.NotNull(_throttle.Begin("alice", Home).Scope);
    }

    [Fact]
    public void Attempts_that_nobody_could_check_do_not_count()
    {
        for (var i = 0; i < 1_000; i++)
        {
            Assert.Null(_throttle.Begin("alice", Home).Scope);
            _throttle.TakeBack("alice", Home);
        }
    }

    [Fact]
    public void Attempts_at_once_count_from_their_start() =>
        Assert.Equal(10, Enumerable.Range(0, 50).Count(_ => _throttle.Begin("alice", Home).Scope is null));

    [Fact]
    public void An_ipv6_network_counts_as_one_address_and_a_mapped_address_as_its_ipv4()
    {
        for (var i = 0; i < 10; i++)
            _throttle.Begin("alice", IPAddress.Parse($"2001:db8:0:1::{i + 1}"));
        Assert.NotNull(_throttle.Begin("alice", IPAddress.Parse("2001:db8:0:1:ffff::1")).Scope);
        Assert.Null(_throttle.Begin("alice", IPAddress.Parse("2001:db8:0:2::1")).Scope);

        for (var i = 0; i < 10; i++)
            _throttle.Begin("bob", IPAddress.Parse("::ffff:192.0.2.1"));
        Assert.NotNull(_throttle.Begin("bob", Home).Scope);
    }

    [Fact]
    public void The_number_of_keys_counted_is_bounded()
    {
        var counter = new WindowCounter<int>(TimeSpan.FromMinutes(1), keysMax: 10, _time);
        for (var i = 0; i < 100; i++)
            counter.Add(i, 1);

        Assert.Equal(10, counter.Keys);
        Assert.Equal(0, counter[89]);
        Assert.Equal(1, counter[90]);
    }

    [Fact]
    public void What_is_refused_is_until_the_last_moment_of_its_window()
    {
        for (var i = 0; i < 10; i++)
            _throttle.Begin("alice", Home);
        _time.Advance(TimeSpan.FromMinutes(10) - Moment);
        Assert.Equal(ThrottleScope.AccountFromAddress, _throttle.Begin("alice", Home).Scope);
        _time.Advance(Moment);

        for (var i = 0; i < 30; i++)
            _throttle.Begin($"user{i}", Home);
        _time.Advance(TimeSpan.FromMinutes(10) - Moment);
        Assert.Equal(ThrottleScope.Address, _throttle.Begin("another", Home).Scope);
        _time.Advance(Moment);

        for (var i = 0; i < 100; i++)
            _throttle.Begin("bob", Stranger(i));
        _time.Advance(TimeSpan.FromHours(1) - Moment);
        Assert.Equal(ThrottleScope.Account, _throttle.Begin("bob", Stranger(100)).Scope);
        _time.Advance(Moment);
        Assert.Null(_throttle.Begin("bob", Stranger(100)).Scope);
    }

    [Fact]
    public void An_address_is_its_owners_for_thirty_days_and_no_longer()
    {
        _throttle.Begin("alice", Home);
        _throttle.Succeed("alice", Home);
        _time.Advance(TimeSpan.FromDays(30) - TimeSpan.FromMinutes(30));
        for (var i = 0; i < 100; i++)
            _throttle.Begin("alice", Stranger(i));
        _time.Advance(TimeSpan.FromMinutes(30) - Moment);
        Assert.Null(_throttle.Begin("alice", Home).Scope);
        _time.Advance(Moment);
        Assert.Equal(ThrottleScope.Account, _throttle.Begin("alice", Home).Scope);
    }

    [Fact]
    public void A_right_password_takes_nothing_off_what_others_have_guessed_from_there_or_at_the_account()
    {
        for (var i = 0; i < 20; i++)
            _throttle.Begin($"user{i}", Home);
        for (var i = 0; i < 9; i++)
            _throttle.Begin("alice", Home);
        _throttle.Begin("alice", Home);
        _throttle.Succeed("alice", Home);

        // 29 from the address, 9 at the account.
        Assert.Null(_throttle.Begin("another", Home).Scope);
        Assert.Equal(ThrottleScope.Address, _throttle.Begin("yet another", Home).Scope);
        for (var i = 9; i < 100; i++)
            Assert.Null(_throttle.Begin("alice", Stranger(i)).Scope);
        Assert.Equal(ThrottleScope.Account, _throttle.Begin("alice", Stranger(100)).Scope);
    }

    [Fact]
    public void What_is_taken_back_is_one_attempt_and_nobody_elses()
    {
        var other = IPAddress.Parse("192.0.2.2");
        for (var i = 0; i < 10; i++)
        {
            _throttle.Begin("alice", Home);
            _throttle.Begin("alice", other);
            _throttle.Begin("bob", Home);
        }
        _throttle.TakeBack("alice", Home);

        Assert.Null(_throttle.Begin("alice", Home).Scope);
        Assert.Equal(ThrottleScope.AccountFromAddress, _throttle.Begin("alice", Home).Scope);
        Assert.Equal(ThrottleScope.AccountFromAddress, _throttle.Begin("alice", other).Scope);
        Assert.Equal(ThrottleScope.AccountFromAddress, _throttle.Begin("bob", Home).Scope);
    }

    [Fact]
    public void More_taken_back_than_there_was_is_no_credit()
    {
        _throttle.Begin("alice", Home);
        _time.Advance(TimeSpan.FromMinutes(10)); // its window is over before it is taken back
        for (var i = 0; i < 3; i++)
            _throttle.TakeBack("alice", Home);
        _throttle.Begin("alice", Home);
        for (var i = 0; i < 3; i++)
            _throttle.TakeBack("alice", Home);

        Assert.Equal(10, Enumerable.Range(0, 20).Count(_ => _throttle.Begin("alice", Home).Scope is null));
    }

    [Fact]
    public void Each_refusal_is_the_first_of_its_kind_once()
    {
        for (var i = 0; i < 10; i++)
        {
            _throttle.Begin("alice", Home);
            _throttle.Begin("bob", Home);
        }
        Assert.Equal([true, true, false, false], ((string[])["alice", "bob", "alice", "bob"]).Select(user => _throttle.Begin(user, Home).IsFirst));

        // An address is told of once whoever is tried from it, and an account wherever it is tried from.
        for (var i = 0; i < 10; i++)
            _throttle.Begin($"user{i}", Home);
        Assert.Equal([true, false, false], ((string[])["x", "y", "x"]).Select(user => _throttle.Begin(user, Home).IsFirst));
        for (var i = 0; i < 90; i++)
            _throttle.Begin("alice", Stranger(i));
        Assert.Equal([true, false, false], ((int[])[200, 201, 200]).Select(stranger => _throttle.Begin("alice", Stranger(stranger)).IsFirst));
    }

    private static IPAddress Stranger(int i) => new([198, 51, (byte)(100 + (i / 250)), (byte)(i % 250)]);
}
