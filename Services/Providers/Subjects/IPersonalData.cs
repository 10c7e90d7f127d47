using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Providers.Subjects;

/// <summary>What a store does so that a person can be forgotten, or told what is held on him. Failures are <see cref="StoreException"/>.</summary>
internal interface IPersonalData
{
    /// <summary>The keys of persons.</summary>
    ISubjectKeys Keys { get; }

    /// <summary>Seals what an earlier version wrote in the clear. Answers how many events.</summary>
    Task<long> SealHistoryAsync(CancellationToken stop);

    /// <summary>States that a user is removed, whether or not he is in the directory, which ends his logins. Answers the position of that fact.</summary>
    Task<long> RemoveUserAsync(UserId user, CancellationToken stop);

    /// <summary>Whether everybody who passes stored facts on has passed this one on; null when nobody does that now.</summary>
    Task<bool?> IsForwardedAsync(long position, CancellationToken stop);

    /// <summary>
    /// Takes erased persons out of current values: what was written of them while they were removed, and others' privacy lists, where their
    /// placeholders stand then, as they do in the log.
    /// </summary>
    Task ForgetAsync(IReadOnlyDictionary<UserId, UserId> placeholders, CancellationToken stop);

    /// <summary>Leaves nothing of what was deleted in the free space of files.</summary>
    Task PurgeAsync(CancellationToken stop);

    /// <summary>The events in which one of some persons appears, in order; what is others' in them is hidden.</summary>
    IAsyncEnumerable<StoredEvent> ReadOfAsync(IReadOnlySet<SubjectId> persons, CancellationToken stop);
}
