using Microsoft.Extensions.Time.Testing;
using Sametime.Contracts.Wire;
using Sametime.Services.Users.Passwords;
using Xunit;

namespace Sametime.Tests.Unit.Users.Passwords;

public class VerifierCacheTests
{
    private static readonly UserId Alice = new("alice");
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void A_verified_password_is_known_for_that_user_hash_and_password_only()
    {
        var cache = new VerifierCache(new PasswordOptions(), _time);
        cache.Remember(Alice, "hash", "pw"u8);

        Assert.True(cache.Knows(new UserId("ALICE"), "hash", "pw"u8));
        Assert.False(cache.Knows(Alice, "hash", "pW"u8));
        Assert.False(cache.Knows(Alice, "other hash", "pw"u8));
        Assert.False(cache.Knows(new UserId("bob"), "hash", "pw"u8));
    }

    [Fact]
    public void It_is_forgotten_after_fifteen_minutes()
    {
        var cache = new VerifierCache(new PasswordOptions(), _time);
        cache.Remember(Alice, "hash", "pw"u8);

        _time.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromTicks(1));
        Assert.True(cache.Knows(Alice, "hash", "pw"u8));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.False(cache.Knows(Alice, "hash", "pw"u8));
        Assert.Equal(0, cache.Count);
    }

    [Fact]
    public void Verifying_again_keeps_it_for_another_fifteen_minutes()
    {
        var cache = new VerifierCache(new PasswordOptions(), _time);
        cache.Remember(Alice, "hash", "pw"u8);
        _time.Advance(TimeSpan.FromMinutes(10));
        cache.Remember(Alice, "hash", "pw"u8);
        _time.Advance(TimeSpan.FromMinutes(10));

        Assert.True(cache.Knows(Alice, "hash", "pw"u8));
    }

    [Fact]
    public void A_dropped_user_is_forgotten_at_once()
    {
        var cache = new VerifierCache(new PasswordOptions(), _time);
        cache.Remember(Alice, "hash", "pw"u8);
        cache.Drop(Alice);

        Assert.False(cache.Knows(Alice, "hash", "pw"u8));
    }

    [Fact]
    public void The_oldest_gives_way_when_it_is_full()
    {
        var cache = new VerifierCache(new PasswordOptions { VerifiersMax = 3 }, _time);
        for (var i = 0; i < 5; i++)
            cache.Remember(new UserId($"user{i}"), "hash", "pw"u8);

        Assert.Equal(3, cache.Count);
        Assert.False(cache.Knows(new UserId("user1"), "hash", "pw"u8));
        Assert.True(cache.Knows(new UserId("user2"), "hash", "pw"u8));
    }

    [Fact]
    public void Dropping_one_user_leaves_the_others_and_who_is_remembered_anew_has_his_whole_time()
    {
        var (cache, bob) = (new VerifierCache(new PasswordOptions(), _time), new UserId("bob"));
        cache.Remember(Alice, "hash", "pw"u8);
        cache.Remember(bob, "hash", "pw"u8);
        cache.Drop(Alice);
        Assert.Equal((false, true, 1), (cache.Knows(Alice, "hash", "pw"u8), cache.Knows(bob, "hash", "pw"u8), cache.Count));

        _time.Advance(TimeSpan.FromMinutes(10));
        cache.Remember(Alice, "hash", "pw"u8);
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal((true, false, 1), (cache.Knows(Alice, "hash", "pw"u8), cache.Knows(bob, "hash", "pw"u8), cache.Count));
    }
}
