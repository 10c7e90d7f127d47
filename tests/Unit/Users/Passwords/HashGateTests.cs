using Microsoft.Extensions.Time.Testing;
using Sametime.Services.Users.Passwords;
using Sametime.Tests.Kit.Ends;
using Sametime.Tests.Kit.Loop;
using Xunit;

namespace Sametime.Tests.Unit.Users.Passwords;

public sealed class HashGateTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;
    private readonly HashGate _gate;

    public HashGateTests() => _gate = new HashGate(new PasswordOptions { HashesRunningMax = 2, HashesWaitingMax = 1 }, _time);

    [Fact]
    public async Task As_many_enter_as_may_run_and_the_next_waits_for_a_place()
    {
        var first = await _gate.EnterAsync(_stop);
        using var second = await _gate.EnterAsync(_stop);
        var third = _gate.EnterAsync(_stop).AsTask();
        Assert.False(third.IsCompleted);
        Assert.Equal(1, _gate.Waiting);

        first!.Dispose();
        using var place = await third.ForAsync("the third has his place", CancellationToken.None);
        Assert.NotNull(place);
        Assert.Equal(0, _gate.Waiting);
    }

    [Fact]
    public async Task One_more_than_may_wait_is_turned_away_at_once_and_takes_no_place_among_those_who_wait()
    {
        for (var time = 1; time <= 3; time++)
        {
            var first = await _gate.EnterAsync(_stop);
            var second = await _gate.EnterAsync(_stop);
            var waiting = _gate.EnterAsync(_stop).AsTask();
            for (var refused = 0; refused < 5; refused++)
                Assert.Null(await _gate.EnterAsync(_stop).AsTask().ForAsync("one too many is turned away", CancellationToken.None));
            Assert.Equal(1, _gate.Waiting);
            Assert.False(waiting.IsCompleted);

            first!.Dispose();
            using (var place = await waiting.ForAsync("who waits has his place", CancellationToken.None))
                Assert.NotNull(place);
            Assert.Equal(0, _gate.Waiting);
            second!.Dispose();
        }
    }

    [Fact]
    public async Task A_wait_ends_after_twenty_seconds_and_leaves_its_place_to_others()
    {
        using var first = await _gate.EnterAsync(_stop);
        using var second = await _gate.EnterAsync(_stop);
        var waiting = _gate.EnterAsync(_stop).AsTask();

        _time.Advance(TimeSpan.FromSeconds(20) - TimeSpan.FromTicks(1));
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Null(await waiting.ForAsync("a wait ends", CancellationToken.None));
        Assert.Equal(0, _gate.Waiting);
        Assert.False(_gate.EnterAsync(_stop).AsTask().IsCompleted);
    }

    [Fact]
    public async Task A_place_given_back_twice_is_one_place()
    {
        var first = await _gate.EnterAsync(_stop);
        using var second = await _gate.EnterAsync(_stop);
        first!.Dispose();
        first.Dispose();

        Assert.NotNull(await _gate.EnterAsync(_stop));
        Assert.False(_gate.EnterAsync(_stop).AsTask().IsCompleted);
    }

    [Fact]
    public async Task Whoever_gives_up_hears_of_it_and_waits_no_more()
    {
        var first = await _gate.EnterAsync(_stop);
        using var second = await _gate.EnterAsync(_stop);
        using var gaveUp = new CancellationTokenSource();
        var waiting = _gate.EnterAsync(gaveUp.Token).AsTask();
        await gaveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.ForAsync("who gives up hears of it", CancellationToken.None));
        Assert.Equal(0, _gate.Waiting);

        // His place among those who wait is the next one's, and the places to hash in are as many as before.
        var next = _gate.EnterAsync(_stop).AsTask();
        Assert.Null(await _gate.EnterAsync(_stop).AsTask().ForAsync("one too many is turned away", CancellationToken.None));
        first!.Dispose();
        using var place = await next.ForAsync("the next has his place", CancellationToken.None);
        Assert.NotNull(place);
    }

    [Fact]
    public async Task Who_had_given_up_before_he_came_takes_no_place()
    {
        using var gaveUp = new CancellationTokenSource();
        await gaveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _gate.EnterAsync(gaveUp.Token).AsTask());
        using var first = await _gate.EnterAsync(_stop);
        using var second = await _gate.EnterAsync(_stop);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _gate.EnterAsync(gaveUp.Token).AsTask());

        Assert.NotNull(second);
        Assert.Equal(0, _gate.Waiting);
    }

    public void Dispose() => _gate.Dispose();
}
