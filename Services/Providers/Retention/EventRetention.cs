using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Services.Providers.Subjects;

namespace Sametime.Services.Providers.Retention;

/// <summary>How many events of a class were removed, and before which time of recording.</summary>
internal readonly record struct RemovedOfClass(EventClass Class, DateTimeOffset Before, long Events);

/// <summary>
/// Removes recorded events whose time is over, each class after its own. What current values are made of stays, and so does every event
/// that names a person under a legal hold. A conversation stays whole as long as it is open, went on after its time, or has such a person in it.
/// The links lead over what was removed, and a fact says how much it was.
/// </summary>
internal sealed class EventRetention(IRetention store, IEventStore events, IEventLog log, ILegalHoldAdministration holds, RetentionOptions options, TimeProvider time)
{
    private static readonly EventClass[] Classes = [EventClass.Community, EventClass.Security, EventClass.Statistics, EventClass.Chat];

    /// <summary>Removes what is past its time at a moment. Answers every class of which something was removed.</summary>
    /// <exception cref="StoreException">The store does not answer, or refuses; what was removed until then is noted down.</exception>
    public async Task<IReadOnlyList<RemovedOfClass>> ApplyAsync(DateTimeOffset now, CancellationToken stop)
    {
        var before = Classes.Where(kind => options.Of(kind) > TimeSpan.Zero && now - DateTimeOffset.MinValue > options.Of(kind))
            .ToDictionary(kind => kind, kind => now - options.Of(kind));
        var counts = new Dictionary<EventClass, long>();
        if (before.Count == 0)
            return [];
        try
        {
            await RemoveAsync(before, counts, stop).ConfigureAwait(false);
        }
        finally
        {
            foreach (var (kind, count) in counts)
            {
                var fact = new RetentionApplied(kind.ToString(), before[kind], count);
                await events.AppendAsync(EventStreamName.Audit, ExpectedVersion.Any, [new NewEvent(fact, time.GetUtcNow())], CancellationToken.None).ConfigureAwait(false);
            }
        }

        return [.. counts.Select(removed => new RemovedOfClass(removed.Key, before[removed.Key], removed.Value))];
    }

    private async Task RemoveAsync(Dictionary<EventClass, DateTimeOffset> before, Dictionary<EventClass, long> counts, CancellationToken stop)
    {
        var to = await log.PositionBeforeAsync(before.Values.Max(), stop).ConfigureAwait(false);
        var walk = new RemovalWalk(await store.LoadRemovedAsync(stop).ConfigureAwait(false));
        for (var after = 0L; after < to;)
        {
            var page = await store.ReadPageAsync(after, to, stop).ConfigureAwait(false);
            if (page.Count == 0)
                return;
            var isOver = await DecideAsync([.. page.Select(place => place.Event).OfType<SealedEvent>()], before, stop).ConfigureAwait(false);
            foreach (var stored in page.Select(place => place.Event).OfType<SealedEvent>())
            {
                if (stored.Link is not { } link)
                    throw new StoreRefusedException("Events of an earlier version carry no link, so none can be removed in order: sametime store migrate links them.");
                walk.Step(stored, link, isOver.Contains(stored.Position));
                if (walk.Count == options.EventsAtOnceMax && !await TakeAsync(walk, counts, stop).ConfigureAwait(false))
                    return;
            }

            if (walk.Count > 0 && !await TakeAsync(walk, counts, stop).ConfigureAwait(false))
                return;
            after = page[^1].Position;
        }
    }

    // False when somebody else is at it: he does what is left.
    private async Task<bool> TakeAsync(RemovalWalk walk, Dictionary<EventClass, long> counts, CancellationToken stop)
    {
        var removal = walk.Take();
        if (!await store.RemoveAsync(removal, stop).ConfigureAwait(false))
            return false;
        foreach (var (kind, count) in removal.Events.CountBy(stored => EventClasses.Of(stored.Written.Name)))
            counts[kind] = counts.GetValueOrDefault(kind) + count;
        return true;
    }

    // The positions of those of a page that are to go.
    private async Task<HashSet<long>> DecideAsync(List<SealedEvent> page, Dictionary<EventClass, DateTimeOffset> before, CancellationToken stop)
    {
        var held = new HashSet<SubjectId>();
        foreach (var user in (await holds.ListAsync(stop).ConfigureAwait(false)).Select(hold => hold.User).ToList())
        {
            if (await store.FindPersonAsync(user, stop).ConfigureAwait(false) is { } person)
                held.Add(person);
        }

        var over = page.Where(stored => stored.Stream.IsOfOneProcess
            && before.TryGetValue(EventClasses.Of(stored.Written.Name), out var until) && stored.Recorded < until
            && !SealedEvent.PersonsIn([stored]).Overlaps(held)).ToList();
        var chats = over.Where(stored => stored.Stream.IsChat).Select(stored => stored.Cause.Correlation ?? "").Distinct().ToList();
        var kept = chats.Count == 0 || !before.TryGetValue(EventClass.Chat, out var since)
            ? [] : await store.FindKeptChatsAsync(chats, since, held, stop).ConfigureAwait(false);
        return [.. over.Where(stored => !stored.Stream.IsChat || !kept.Contains(stored.Cause.Correlation ?? "")).Select(stored => stored.Position)];
    }
}
