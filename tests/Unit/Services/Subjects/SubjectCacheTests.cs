using Microsoft.Extensions.Time.Testing;
using Sametime.Services.Providers.Subjects;
using Xunit;

namespace Sametime.Tests.Unit.Services.Subjects;

public sealed class SubjectCacheTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly SubjectOptions _options = new() { CachedMax = 3 };
    private readonly SubjectCache _cache;

    public SubjectCacheTests() => _cache = new SubjectCache(_options, _time);

    [Fact]
    public void What_was_read_is_kept_for_its_time_and_no_longer_by_name_and_by_id()
    {
        var alice = Make("alice");
        _cache.Add(alice);

        _time.Advance(_options.CacheLifetime - TimeSpan.FromTicks(1));
        Assert.Same(alice, _cache.Find("ALICE"));
        Assert.Same(alice, _cache.Find(alice.Id));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Null(_cache.Find("alice"));
        Assert.Null(_cache.Find(alice.Id));

        // Asked for and read again, it has its time again.
        _cache.Add(alice);
        _time.Advance(_options.CacheLifetime - TimeSpan.FromTicks(1));
        Assert.Same(alice, _cache.Find("alice"));
    }

    [Fact]
    public void As_many_are_kept_as_may_be_and_one_more_makes_room_for_itself()
    {
        var all = Enumerable.Range(1, 4).Select(i => Make($"user{i}")).ToList();
        foreach (var subject in all.Take(3))
            _cache.Add(subject);
        Assert.All(all.Take(3), subject => Assert.Same(subject, _cache.Find(subject.Id)));

        _cache.Add(all[3]);

        Assert.Same(all[3], _cache.Find("user4"));
        Assert.DoesNotContain(all.Take(3), subject => _cache.Find(subject.Id) is not null || _cache.Find(subject.Name!) is not null);
    }

    [Fact]
    public void Who_is_erased_is_kept_by_his_id_alone()
    {
        var gone = Subject.Erased(SubjectSeal.NewId());
        _cache.Add(gone);
        Assert.Same(gone, _cache.Find(gone.Id));

        _cache.Clear();
        Assert.Null(_cache.Find(gone.Id));
    }

    [Fact]
    public void A_key_may_be_kept_for_a_minute_and_not_a_moment_longer()
    {
        new SubjectOptions { CacheLifetime = TimeSpan.FromMinutes(1) }.Check();

        Assert.Throws<InvalidOperationException>(new SubjectOptions { CacheLifetime = TimeSpan.FromMinutes(1) + TimeSpan.FromTicks(1) }.Check);
    }

    private static Subject Make(string name) => new(SubjectSeal.NewId(), name, new byte[32]);
}
