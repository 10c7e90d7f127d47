using Sametime.Contracts.Wire;
using Sametime.Services.Providers.Links;
using Sametime.Services.Providers.Subjects;

namespace Sametime.Services.Providers.Retention;

/// <summary>What a store does so that events whose time is over can be removed from it. Failures are <see cref="Contracts.Providers.StoreException"/>.</summary>
internal interface IRetention
{
    /// <summary>What was removed before, by position.</summary>
    Task<List<RemovedEvents>> LoadRemovedAsync(CancellationToken stop);

    /// <summary>The next places of the log up to a position, as they lie there; empty when there are none.</summary>
    Task<List<(long Position, SealedEvent? Event)>> ReadPageAsync(long after, long to, CancellationToken stop);

    /// <summary>The opaque id of a person; null when nothing was ever kept of him.</summary>
    Task<SubjectId?> FindPersonAsync(UserId user, CancellationToken stop);

    /// <summary>Which of some conversations stay whole: the open ones, those that went on after a time, those with a person of some.</summary>
    Task<HashSet<string>> FindKeptChatsAsync(
        IReadOnlyCollection<string> conversations, DateTimeOffset since, IReadOnlyCollection<SubjectId> persons, CancellationToken stop);

    /// <summary>Removes events, with what is folded from them, and notes down that they were, in one transaction. False, and nothing done, when somebody else removed some meanwhile.</summary>
    Task<bool> RemoveAsync(Removal removal, CancellationToken stop);
}
