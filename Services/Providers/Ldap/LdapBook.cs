using Sametime.Contracts.Providers;
using Sametime.Services.Providers.Ldap.Protocol;

namespace Sametime.Services.Providers.Ldap;

/// <summary>
/// The entries of a directory in the order of their names. LDAP servers do not sort, so they are read page by page when somebody looks, and
/// kept for a while: for everybody, so that paging costs the directory one reading in that time.
/// </summary>
internal sealed class LdapBook(LdapSearcher searcher, LdapSchema schema, LdapOptions options, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _reading = new(1);
    private volatile Kept? _kept;

    public async ValueTask<BrowsePage> ReadAsync(BrowsePoint point, int entriesMax, CancellationToken stop)
    {
        if (_kept is { } kept && !IsOver(kept))
            return kept.Book.Read(point, entriesMax);

        await _reading.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            if (_kept is not { } read || IsOver(read))
                _kept = read = new Kept(await ReadAsync(stop).ConfigureAwait(false), time.GetTimestamp());
            return read.Book.Read(point, entriesMax);
        }
        finally
        {
            _reading.Release();
        }
    }

    public void Dispose() => _reading.Dispose();

    private bool IsOver(Kept kept) => time.GetElapsedTime(kept.Since) >= options.BookLifetime;

    private async Task<SortedBook> ReadAsync(CancellationToken stop)
    {
        var (users, _) = await searcher.ReadAllAsync(schema.AllUsers, options.EntriesMax, stop).ConfigureAwait(false);
        var (groups, _) = await searcher.ReadAllAsync(schema.AllGroups, options.EntriesMax, stop).ConfigureAwait(false);
        return new SortedBook([.. Matches(users, DirectoryKinds.Users).Concat(Matches(groups, DirectoryKinds.Groups)).Take(options.EntriesMax)]);
    }

    private IEnumerable<DirectoryMatch> Matches(List<LdapEntry> entries, DirectoryKinds kind) =>
        entries.Select(entry => schema.ToMatch(entry, kind)).OfType<DirectoryMatch>();

    private sealed record Kept(SortedBook Book, long Since);
}
