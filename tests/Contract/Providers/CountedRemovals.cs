using Sametime.Contracts.Wire;
using Sametime.Services.Providers.Links;
using Sametime.Services.Providers.Retention;
using Sametime.Services.Providers.Subjects;

namespace Sametime.Tests.Contract.Providers;

/// <summary>Notes down how many events each transaction of a store removes.</summary>
internal sealed class CountedRemovals(IRetention store) : IRetention
{
    private readonly List<int> _sizes = [];

    public IReadOnlyCollection<int> Sizes => _sizes;

    /// <summary>Is called before each but the first.</summary>
    public Action BeforeFurther { get; set; } = () => { };

    public Task<List<RemovedEvents>> LoadRemovedAsync(CancellationToken stop) => store.LoadRemovedAsync(stop);

    public Task<List<(long Position, SealedEvent? Event)>> ReadPageAsync(long after, long to, CancellationToken stop) => store.ReadPageAsync(after, to, stop);

    public Task<SubjectId?> FindPersonAsync(UserId user, CancellationToken stop) => store.FindPersonAsync(user, stop);

    public Task<HashSet<string>> FindKeptChatsAsync(
        IReadOnlyCollection<string> conversations, DateTimeOffset since, IReadOnlyCollection<SubjectId> persons, CancellationToken stop) =>
        store.FindKeptChatsAsync(conversations, since, persons, stop);

    public Task<bool> RemoveAsync(Removal removal, CancellationToken stop)
    {
        if (_sizes.Count > 0)
            BeforeFurther();
        _sizes.Add(removal.Events.Count);
        return store.RemoveAsync(removal, stop);
    }
}
