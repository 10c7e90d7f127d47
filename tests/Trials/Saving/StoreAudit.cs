using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace Sametime.Tests.Trials.Saving;

/// <summary>What a store holds against what its ledger says.</summary>
/// <param name="Acknowledged">Saves that had been acknowledged.</param>
/// <param name="Lost">Of those, saves of which there is no event.</param>
/// <param name="Doubled">Saves that are there twice.</param>
/// <param name="Torn">Saves of which a part is there: one of two keys, or a part of a value.</param>
/// <param name="Foreign">Saves that nobody had sent by then.</param>
/// <param name="Overtaken">Users of whom an acknowledged save stands behind one that was sent later.</param>
/// <param name="Wrong">Current values that are not the last that the events say, before or after they were folded anew.</param>
/// <param name="Events">Events that there are in all.</param>
internal sealed record StoreAudit(int Acknowledged, int Lost, int Doubled, int Torn, int Foreign, int Overtaken, int Wrong, int Events)
{
    /// <summary>Whether everything is as it must be, but for what is lost.</summary>
    public bool IsSound => Doubled == 0 && Torn == 0 && Foreign == 0 && Overtaken == 0 && Wrong == 0;

    /// <summary>Looks at everything in a store.</summary>
    /// <param name="store">The store.</param>
    /// <param name="ledger">What was sent and acknowledged.</param>
    /// <param name="before">What was acknowledged before this time must be there.</param>
    /// <param name="after">What was sent after this time cannot be there.</param>
    /// <param name="stop">Gives up.</param>
    public static async Task<StoreAudit> OfAsync(OpenedStore store, Ledger ledger, long before, long after, CancellationToken stop)
    {
        var events = await store.Events.ReadAllAsync(0, stop).ToListAsync(stop);
        var saved = events.Select(stored => stored.Envelope.Payload).OfType<UserStorageItemSaved>().ToLookup(fact => fact.User);
        var whole = new StoreAudit(0, 0, 0, 0, 0, 0, 0, events.Count);
        foreach (var name in ledger.Users)
            whole = whole.With(Of([.. saved[new UserId(name)]], ledger.MustHave(name, before), ledger.MayHave(name, after)));

        var live = await WrongAsync(store.Values, ledger.Users, saved, stop);
        await store.RebuildAsync(stop);
        return whole with { Wrong = live + await WrongAsync(store.Values, ledger.Users, saved, stop) };
    }

    private static StoreAudit Of(UserStorageItemSaved[] facts, IReadOnlyList<uint> must, IReadOnlyList<uint> may)
    {
        var first = Numbers(facts, Saver.FirstKey);
        var second = Numbers(facts, Saver.SecondKey);
        var there = first.OfType<uint>().ToHashSet();
        return new StoreAudit(
            Acknowledged: must.Count,
            Lost: must.Count(number => !there.Contains(number)),
            Doubled: first.Count - first.Distinct().Count(),
            Torn: first.Concat(second).Count(number => number is null) + (first.SequenceEqual(second) ? 0 : 1),
            Foreign: there.Except(may).Count(),
            Overtaken: InOrder(first.OfType<uint>().Where(must.Contains)) ? 0 : 1,
            Wrong: 0,
            Events: 0);
    }

    // Each of these was sent after the one before it had been acknowledged.
    private static bool InOrder(IEnumerable<uint> numbers) => numbers.Zip(numbers.Skip(1), (one, next) => one < next).All(isRising => isRising);

    private static List<uint?> Numbers(UserStorageItemSaved[] facts, uint key) => [.. facts.Where(fact => fact.Key == key).Select(fact => SavedValue.Read(fact.Value))];

    private static async Task<int> WrongAsync(
        IUserStorageProvider values, IReadOnlyList<string> users, ILookup<UserId, UserStorageItemSaved> saved, CancellationToken stop)
    {
        var wrong = 0;
        foreach (var user in users.Select(name => new UserId(name)))
        {
            foreach (var item in await values.LoadAsync(user, [Saver.FirstKey, Saver.SecondKey], stop))
                wrong += item.Value.Equals(saved[user].LastOrDefault(fact => fact.Key == item.Key)?.Value ?? Opaque.Empty) ? 0 : 1;
        }

        return wrong;
    }

    private StoreAudit With(StoreAudit other) => new(
        Acknowledged + other.Acknowledged, Lost + other.Lost, Doubled + other.Doubled, Torn + other.Torn, Foreign + other.Foreign,
        Overtaken + other.Overtaken, Wrong + other.Wrong, Events + other.Events);
}
