using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Replay;

/// <summary>How far a replay is.</summary>
/// <param name="Position">The last position that was worked on.</param>
/// <param name="Range">All positions.</param>
/// <param name="Events">Events given out.</param>
internal readonly record struct ReplayProgress(long Position, LogRange Range, long Events);

/// <summary>
/// Feeds recorded events to a target: those of a question, in the order of the log, at a pace. What it did is stated as an event at its end,
/// also when it was interrupted.
/// </summary>
/// <param name="log">The log.</param>
/// <param name="store">Where the audit lies: what was removed is read there, and this extract written.</param>
/// <param name="options">Bounds.</param>
/// <param name="time">The clock.</param>
internal sealed class LogReplay(IEventLog log, IEventStore store, ReplayOptions options, TimeProvider time)
{
    /// <summary>Who has it done, as the operating system names him.</summary>
    public required string Actor { get; init; }

    /// <summary>The command by which.</summary>
    public required string Command { get; init; }

    /// <summary>How many times faster than it happened; null for as fast as it goes.</summary>
    public double? Speed { get; init; }

    /// <summary>Where its place is written down as it goes.</summary>
    public Bookmark? Bookmark { get; init; }

    public Action<ReplayProgress>? OnProgress { get; init; }

    /// <summary>Runs to the end of the range or until it is stopped, which is no failure: the statement says so.</summary>
    public async Task<Completeness> RunAsync(ReplayQuestion question, IReplayTarget target, CancellationToken stop)
    {
        var extent = await log.MeasureAsync(stop);
        var range = await question.LocateAsync(log, options, stop);
        var done = Math.Max(range.After, Math.Max(question.After, Bookmark?.Position ?? 0));
        var run = new Run(this, question, target, range, done, new CompletenessBook(question.ToString(), done < extent.First, options));
        var isInterrupted = false;
        string? failure = null;
        try
        {
            try
            {
                await run.GoAsync(stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                isInterrupted = true;
            }
            catch (StoreException broken) when (run.Book.Events > 0)
            {
                // What was given out before is told and audited all the same.
                (isInterrupted, failure) = (true, broken.Message);
            }

            // From here on nothing is given up: what was given out is known and told.
            await run.KeepPlaceAsync();
        }
        catch (ReplayTargetException refused)
        {
            (isInterrupted, failure) = (true, refused.Message);
            await run.GiveUpAsync();
        }

        var completeness = run.Book.Close(await RemovedAsync(question, run.FirstRecorded), isInterrupted, run.Kept, failure);
        await AuditAsync(question, completeness);
        return completeness;
    }

    private async Task<IReadOnlyList<RemovedEvents>> RemovedAsync(ReplayQuestion question, DateTimeOffset? firstRecorded)
    {
        var since = question.From is null ? DateTimeOffset.MinValue : question.From.Value.Time ?? firstRecorded ?? DateTimeOffset.MinValue;
        var removed = new List<RemovedEvents>();
        await foreach (var stored in store.ReadStreamAsync(EventStreamName.Audit, 0, CancellationToken.None))
        {
            if (stored.Envelope.Payload is RetentionApplied { Events: > 0 } gone && gone.Before > since)
                removed.Add(new RemovedEvents(gone.Class, gone.Before, gone.Events));
        }

        return removed;
    }

    private async Task AuditAsync(ReplayQuestion question, Completeness completeness)
    {
        var fact = new LogExtracted(
            Actor, Command, question.ToString(), completeness.Read.First, completeness.Read.Last, completeness.Events, question.View == EventView.Plain,
            question.Users is [var user, ..] ? new UserId(user) : default);
        await store.AppendAsync(EventStreamName.Audit, ExpectedVersion.Any, [new NewEvent(fact, time.GetUtcNow())], CancellationToken.None);
    }

    private sealed class Run(LogReplay replay, ReplayQuestion question, IReplayTarget target, LogRange range, long done, CompletenessBook book)
    {
        private readonly EventFilter _filter = question.CreateFilter();
        private readonly Pacer _pacer = new(replay.Speed, replay.Time);
        private readonly long _resumedAt = done;
        private long _keptAt = replay.Time.GetTimestamp();

        /// <summary>The last position that was dealt with.</summary>
        public long Done { get; private set; } = done;

        /// <summary>The last position that need not be dealt with again: what was given is where it is meant to be.</summary>
        public long Kept { get; private set; } = done;

        public DateTimeOffset? FirstRecorded { get; private set; }

        public CompletenessBook Book => book;

        public async Task GoAsync(CancellationToken stop)
        {
            var from = _filter.NeedsPast ? 0 : target.StartsAnew ? range.After : _resumedAt;
            var reader = new LogReader(replay.Log, replay.Options);
            await foreach (var page in reader.ReadAsync(range with { After = from }, question.View, _filter.NeedsNames, stop))
            {
                foreach (var entry in page)
                    await WorkAsync(entry, stop);
                replay.OnProgress?.Invoke(new ReplayProgress(Done, range with { After = _resumedAt }, book.Events));
                if (replay.Time.GetElapsedTime(_keptAt) >= replay.Options.BookmarkInterval)
                    await KeepPlaceAsync();
            }
        }

        /// <summary>Has the target let go of what it took, and writes the place down.</summary>
        public async ValueTask KeepPlaceAsync()
        {
            await target.FlushAsync();
            Kept = Done;
            if (replay.Bookmark is { } bookmark)
                await bookmark.SaveAsync(Kept);
            _keptAt = replay.Time.GetTimestamp();
        }

        /// <summary>Writes down the place up to which the target took everything before it failed.</summary>
        public async ValueTask GiveUpAsync()
        {
            Kept = Math.Max(Kept, target.Confirmed);
            if (replay.Bookmark is { } bookmark)
                await bookmark.SaveAsync(Kept);
        }

        private async ValueTask WorkAsync(LogEntry entry, CancellationToken stop)
        {
            stop.ThrowIfCancellationRequested();
            var (stored, isTaken) = (entry.Shown, _filter.Takes(entry));
            if (stored.Position <= _resumedAt)
            {
                if (isTaken && target.StartsAnew && stored.Position > range.After)
                    await target.TakeAsync(stored);
                return;
            }

            FirstRecorded ??= stored.Envelope.Recorded;
            if (isTaken)
                await GiveAsync(stored, stop);
            book.Read(stored);
            Done = stored.Position;
        }

        private async ValueTask GiveAsync(StoredEvent stored, CancellationToken stop)
        {
            var untilDue = _pacer.UntilDue(stored.Envelope.Occurred);
            if (untilDue > TimeSpan.Zero)
            {
                // Who watches sees what is there before the pause begins.
                await (replay.Bookmark is not null && untilDue >= replay.Options.BookmarkInterval ? KeepPlaceAsync() : target.FlushAsync());
                replay.OnProgress?.Invoke(new ReplayProgress(Done, range with { After = _resumedAt }, book.Events));
                await _pacer.WaitAsync(untilDue, stop);
            }

            await target.TakeAsync(stored);
            book.Give(stored);
        }
    }

    private IEventLog Log => log;

    private ReplayOptions Options => options;

    private TimeProvider Time => time;
}
