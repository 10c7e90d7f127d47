using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Providers.Subjects;

/// <summary>How an erase went.</summary>
internal enum Erased
{
    Done,

    /// <summary>Nothing is known of him.</summary>
    NotFound,

    /// <summary>A legal hold lies on him: nothing was changed.</summary>
    Held,

    /// <summary>He is removed, but running servers have not heard of it in time, so his keys are still there. Doing it again goes on.</summary>
    NotHeard,
}

/// <summary>
/// Forgets a person: removes him from the directory with what he stored, ends his logins, and destroys the keys of his id and of the names
/// he logged in with, so that whatever is sealed with them can be read no more, here or in any copy. Each step may be done again.
/// </summary>
internal sealed class Erasure(
    IPersonalData data, IUserDirectory directory, IEventStore events, ILegalHolds holds, SubjectOptions options, TimeProvider time)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

    /// <summary>Forgets a user, or who once was one.</summary>
    /// <param name="user">His id.</param>
    /// <param name="actor">Who wants it so, as the operating system names him.</param>
    /// <param name="stop">Gives up.</param>
    public async Task<Erased> EraseAsync(UserId user, string actor, CancellationToken stop)
    {
        if (await holds.IsHeldAsync(user, stop))
            return Erased.Held;
        await data.SealHistoryAsync(stop);
        var known = await directory.FindUserAsync(user, stop);
        if (known is null && await data.Keys.FindAsync(user.Value, stop) is null)
            return Erased.NotFound;

        var names = await NamesOfAsync(user, known, stop);
        var removed = await data.RemoveUserAsync(user, stop);
        if (!await AwaitForwardedAsync(removed, stop))
            return Erased.NotHeard;

        var subjects = new Dictionary<UserId, Subject>();
        foreach (var name in names)
        {
            if (await data.Keys.FindAsync(name.Value, stop) is { } subject)
                subjects[name] = subject;
        }

        // Before the keys: without them nobody would know any more, at a second attempt, whom to take out of what is left.
        await data.ForgetAsync(subjects.ToDictionary(pair => pair.Key, pair => new UserId(pair.Value.Placeholder)), stop);
        await data.Keys.EraseAsync([.. subjects.Values.Select(subject => subject.Id)], stop);
        await events.AppendAsync(
            EventStreamName.Audit, ExpectedVersion.Any,
            [.. subjects.Values.Select(subject => new NewEvent(new SubjectErased(subject.Id.Value, actor), time.GetUtcNow()))], stop);
        await data.PurgeAsync(stop);
        return Erased.Done;
    }

    // His id, and what he logs or once logged in with, unless that is somebody else's by now.
    private async Task<HashSet<UserId>> NamesOfAsync(UserId user, UserRecord? known, CancellationToken stop)
    {
        var names = known?.LoginNames.AsEnumerable().ToHashSet(StringComparer.OrdinalIgnoreCase) ?? [];
        if (await data.Keys.FindAsync(user.Value, stop) is { } subject)
        {
            await foreach (var stored in data.ReadOfAsync(new HashSet<SubjectId> { subject.Id }, stop))
            {
                names.UnionWith(stored.Envelope.Payload switch
                {
                    UserAdded added when added.User == user => added.LoginNames.AsEnumerable(),
                    UserRenamed renamed when renamed.User == user => renamed.LoginNames.AsEnumerable(),
                    _ => [],
                });
            }
        }

        var his = new HashSet<UserId> { user };
        foreach (var name in names)
        {
            if (await directory.FindByLoginNameAsync(name, stop) is not { } owner || owner.Id == user)
                his.Add(new UserId(name));
        }

        return his;
    }

    // The logins end when servers hear that he is removed, and they must know who he was. What those logins state last is waited for, since
    // it would make him known anew.
    private async Task<bool> AwaitForwardedAsync(long position, CancellationToken stop)
    {
        var since = time.GetTimestamp();
        while (true)
        {
            switch (await data.IsForwardedAsync(position, stop))
            {
                case null:
                    return true;
                case true:
                    await Task.Delay(options.EraseGrace, time, stop);
                    return true;
                case false when time.GetElapsedTime(since) > options.EraseTimeout:
                    return false;
            }

            await Task.Delay(LookAgain, time, stop);
        }
    }
}
