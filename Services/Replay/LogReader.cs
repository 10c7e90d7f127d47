using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Sametime.Contracts.Providers;

namespace Sametime.Services.Replay;

/// <summary>
/// Reads the log in pages, and further pages while one is worked on, so that the store and whoever takes the events work at the same time.
/// What waits is bounded by <see cref="ReplayOptions.PagesAhead"/>.
/// </summary>
internal sealed class LogReader(IEventLog log, ReplayOptions options)
{
    /// <summary>Pages of a range in one view.</summary>
    public async IAsyncEnumerable<IReadOnlyList<StoredEvent>> ReadAsync(
        LogRange range, EventView view, [EnumeratorCancellation] CancellationToken stop)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(stop);

        // Full: the reader waits, and the store with it.
        var pages = Channel.CreateBounded<IReadOnlyList<StoredEvent>>(
            new BoundedChannelOptions(options.PagesAhead) { SingleReader = true, SingleWriter = true, FullMode = BoundedChannelFullMode.Wait });
        var reading = Task.Run(() => FillAsync(pages.Writer, range, view, done.Token), CancellationToken.None);
        try
        {
            await foreach (var page in pages.Reader.ReadAllAsync(stop))
                yield return page;
        }
        finally
        {
            await done.CancelAsync();
            await reading;
        }
    }

    /// <summary>Pages of a range in a view, each event beside its plain form when whoever chooses among them needs it.</summary>
    public async IAsyncEnumerable<IReadOnlyList<LogEntry>> ReadAsync(
        LogRange range, EventView view, bool needsNames, [EnumeratorCancellation] CancellationToken stop)
    {
        if (view == EventView.Plain || !needsNames)
        {
            await foreach (var page in ReadAsync(range, view, stop))
                yield return [.. page.Select(stored => new LogEntry(stored, stored))];
            yield break;
        }

        // The same positions twice. What is removed between the two readings is in neither.
        await using var plain = ReadAsync(range, EventView.Plain, stop).SelectMany(page => page).GetAsyncEnumerator(stop);
        var isMore = await plain.MoveNextAsync();
        await foreach (var page in ReadAsync(range, view, stop))
        {
            var entries = new List<LogEntry>(page.Count);
            foreach (var shown in page)
            {
                while (isMore && plain.Current.Position < shown.Position)
                    isMore = await plain.MoveNextAsync();
                if (isMore && plain.Current.Position == shown.Position)
                    entries.Add(new LogEntry(shown, plain.Current));
            }

            yield return entries;
        }
    }

    private async Task FillAsync(ChannelWriter<IReadOnlyList<StoredEvent>> pages, LogRange range, EventView view, CancellationToken stop)
    {
        try
        {
            var page = new List<StoredEvent>(options.PageEvents);
            await foreach (var stored in log.ReadAsync(range, view, stop))
            {
                page.Add(stored);
                if (page.Count < options.PageEvents)
                    continue;
                await pages.WriteAsync(page, stop);
                page = new List<StoredEvent>(options.PageEvents);
            }

            if (page.Count > 0)
                await pages.WriteAsync(page, stop);
            pages.Complete();
        }
        catch (Exception failure)
        {
            // Whoever takes the pages hears of it after the last good one.
            pages.Complete(failure);
        }
    }
}
