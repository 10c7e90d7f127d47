using Sametime.Contracts.Loop;
using Sametime.Tests.Kit.Ends;
using Sametime.Tests.Kit.Loop;
using Xunit;

namespace Sametime.Tests.Unit.Loop;

public sealed class EpollEventLoopTests : EventLoopTests
{
    public EpollEventLoopTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "epoll is Linux only");

    private protected override ISocketPoller NewPoller() => new EpollPoller();
}

public sealed class SelectEventLoopTests : EventLoopTests
{
    private protected override ISocketPoller NewPoller() => new SelectPoller();
}

public abstract class EventLoopTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private protected abstract ISocketPoller NewPoller();

    [Fact]
    public async Task Posted_work_runs_on_the_loop_in_the_order_posted()
    {
        using var loop = NewLoop();
        var seen = new List<int>();
        var done = new TaskCompletionSource();

        for (var i = 0; i < 1000; i++)
        {
            var number = i;
            loop.Post(() => seen.Add(loop.IsCurrent ? number : -1));
        }
        loop.Post(done.SetResult);
        await done.Task.ForAsync(Stop);

        Assert.Equal(Enumerable.Range(0, 1000), seen);
        Assert.False(loop.IsCurrent);
    }

    [Fact]
    public async Task What_awaits_on_the_loop_goes_on_on_the_loop()
    {
        using var loop = NewLoop();

        var (before, after) = await loop.AskAsync(async () =>
        {
            var before = loop.IsCurrent;
            await Task.Run(() => Assert.False(loop.IsCurrent), Stop);
            return (before, loop.IsCurrent);
        });

        Assert.True(before);
        Assert.True(after);
    }

    [Fact]
    public async Task Deferred_work_runs_after_everything_posted_in_the_turn()
    {
        using var loop = NewLoop();
        var seen = new List<string>();
        var done = new TaskCompletionSource();

        loop.Post(() =>
        {
            loop.Defer(new TurnEnd(() => { seen.Add("deferred"); done.SetResult(); }));
            loop.Post(() =>
            {
                seen.Add("posted");
                loop.Post(() => seen.Add("posted by posted"));
            });
        });
        await done.Task.ForAsync(Stop);

        Assert.Equal(["posted", "posted by posted", "deferred"], seen);
    }

    [Fact]
    public async Task Timers_run_in_the_order_of_their_times_and_not_when_cancelled()
    {
        using var loop = NewLoop();
        var seen = new List<int>();
        var done = new TaskCompletionSource();

        loop.Post(() =>
        {
            loop.Schedule(TimeSpan.FromMilliseconds(20), done.SetResult);
            loop.Schedule(TimeSpan.FromMilliseconds(10), () => seen.Add(10));
            loop.Schedule(TimeSpan.FromMilliseconds(5), () => seen.Add(5)).Dispose();
            loop.Schedule(TimeSpan.FromMilliseconds(1), () => seen.Add(1));
        });
        await done.Task.ForAsync(Stop);

        Assert.Equal([1, 10], seen);
    }

    [Fact]
    public async Task A_callback_that_throws_is_reported_and_the_loop_lives()
    {
        var errors = new List<string>();
        using var loop = new EventLoop("test", error => errors.Add(error.Message), TimeProvider.System, NewPoller());
        var done = new TaskCompletionSource();

        loop.Post(() => throw new InvalidOperationException("posted"));
        loop.Post(() => loop.Schedule(TimeSpan.Zero, () => throw new InvalidOperationException("timer")));
        loop.Post(() => loop.Defer(new TurnEnd(() => throw new InvalidOperationException("deferred"))));
        loop.Post(() => loop.Schedule(TimeSpan.FromMilliseconds(1), done.SetResult));
        await done.Task.ForAsync(Stop);

        Assert.Equal(["deferred", "posted", "timer"], errors.Order());
    }

    [Fact]
    public async Task Work_that_posts_itself_for_ever_does_not_hold_up_timers()
    {
        using var loop = NewLoop();
        var fired = new TaskCompletionSource();
        Action again = () => { };
        again = () => loop.Post(fired.Task.IsCompleted ? static () => { } : again);

        loop.Post(() => loop.Schedule(TimeSpan.FromMilliseconds(5), fired.SetResult));
        loop.Post(again);

        await fired.Task.ForAsync(Stop);
    }

    [Fact]
    public async Task The_longest_turn_is_remembered_and_nothing_may_block_for_a_loop()
    {
        using var loop = NewLoop();
        var (from, took) = (0L, TimeSpan.Zero);
        await loop.AskAsync(() =>
        {
            Assert.Throws<NotSupportedException>(() => SynchronizationContext.Current!.Send(static _ => { }, null));
            from = System.Diagnostics.Stopwatch.GetTimestamp();
            while (took < TimeSpan.FromMilliseconds(2))
                took = System.Diagnostics.Stopwatch.GetElapsedTime(from);
        });

        await loop.AskAsync(static () => { });
        await loop.AskAsync(static () => { });
        Assert.True(loop.LongestTurn >= took);
        Assert.True(loop.LongestTurn <= System.Diagnostics.Stopwatch.GetElapsedTime(0));
    }

    private EventLoop NewLoop() => new("test", static _ => { }, TimeProvider.System, NewPoller());

    private sealed class TurnEnd(Action work) : ITurnEnd
    {
        public void OnTurnEnd() => work();
    }
}
