using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Replay;
using Sametime.Tests.Kit.Events;
using Xunit;

namespace Sametime.Tests.Unit.Services.Replay;

public sealed class LogReaderTests
{
    private const int PageEvents = 10;
    private const int PagesAhead = 2;

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_reads_ahead_of_what_is_worked_on_and_no_further_than_the_bound()
    {
        // The page in hand, those that wait, and the one that waits for a place among them.
        const int Bound = PageEvents * (1 + PagesAhead + 1);
        var (inHand, furthest) = (0, 0L);
        var isAhead = new TaskCompletionSource();
        var log = new InMemoryEventLog
        {
            OnRead = position =>
            {
                furthest = Math.Max(furthest, position - (PageEvents * Volatile.Read(ref inHand)));
                if (position == Bound)
                    isAhead.TrySetResult();
            },
        }.With(Enumerable.Range(1, 300).Select(Stated));

        var read = new List<long>();
        await foreach (var page in new LogReader(log, new ReplayOptions { PageEvents = PageEvents, PagesAhead = PagesAhead }).ReadAsync(LogRange.All, EventView.Plain, _stop))
        {
            await isAhead.Task.WaitAsync(_stop);
            read.AddRange(page.Select(stored => stored.Position));
            Interlocked.Increment(ref inHand);
        }

        Assert.Equal(Enumerable.Range(1, 300).Select(position => (long)position), read);
        Assert.InRange(furthest, PageEvents + 1, Bound);
    }

    [Fact]
    public async Task Whoever_stops_in_the_middle_leaves_nobody_reading()
    {
        var reading = 0;
        var log = new InMemoryEventLog { OnRead = _ => reading++ }.With(Enumerable.Range(1, 300).Select(Stated));
        await foreach (var page in new LogReader(log, new ReplayOptions { PageEvents = PageEvents, PagesAhead = PagesAhead }).ReadAsync(LogRange.All, EventView.Plain, _stop))
        {
            Assert.Equal(PageEvents, page.Count);
            break;
        }

        // The reader has ended before the loop was left, so nothing is read any more.
        Assert.InRange(reading, PageEvents, PageEvents * (1 + PagesAhead + 1));
    }

    private static EventEnvelope Stated(int sequence) => new(
        EventStreamName.Hub(1, 1), sequence, new EventSource(1, 1), RecordedDay.At(9, 0), RecordedDay.At(9, 0), default, new ChatEnded(Reason.Success));
}
