using Sametime.Contracts.Providers;
using Sametime.Services.Providers.Ldap.Protocol;

namespace Sametime.Services.Providers.Ldap;

/// <summary>Asks one directory. What it throws is a <see cref="StoreUnavailableException"/>, unless the caller has given up.</summary>
internal sealed class LdapSearcher(LdapServerOptions server, LdapOptions options, LdapPool pool)
{
    /// <summary>The entries of a search that asks for few.</summary>
    public Task<List<LdapEntry>> FindAsync(LdapSearch search, CancellationToken stop) => pool.UseAsync(
        async (connection, given) =>
        {
            var (result, entries) = await pool.WithinAsync(
                options.RequestTimeout, "a search", limited => connection.SearchAsync(search, options.RequestTimeout, limited), given).ConfigureAwait(false);
            return result.Code switch
            {
                LdapCode.Success or LdapCode.NoSuchObject or LdapCode.InvalidDistinguishedName => entries,
                LdapCode.SizeLimitExceeded when search.EntriesMax > 0 => entries, // more than asked for is no failure
                _ => throw Failed(result),
            };
        },
        stop);

    /// <summary>All entries of a search, page by page.</summary>
    /// <returns>They, and whether there would have been more than <paramref name="entriesMax"/>.</returns>
    public Task<(List<LdapEntry> Entries, bool IsCut)> ReadAllAsync(LdapSearch search, int entriesMax, CancellationToken stop) => pool.UseAsync(
        async (connection, given) =>
        {
            var entries = new List<LdapEntry>();
            byte[] cookie = [];
            do
            {
                var asked = cookie;
                var (result, next) = await pool.WithinAsync(
                    options.RequestTimeout, "a page of a search",
                    limited => connection.SearchPageAsync(search, options.PageSize, asked, entries, options.RequestTimeout, limited), given).ConfigureAwait(false);
                if (result.Code == LdapCode.NoSuchObject)
                    break;
                if (result.Code != LdapCode.Success)
                    throw Failed(result);
                cookie = next;
            }
            while (cookie.Length > 0 && entries.Count <= entriesMax);

            // The server keeps what it still has to say until its client is gone: this connection is not for others.
            if (cookie.Length > 0)
                connection.Dispose();
            var isCut = entries.Count > entriesMax;
            return (isCut ? entries[..entriesMax] : entries, isCut);
        },
        stop);

    // The answer came, so the connection is good; but what was asked is not known.
    private StoreUnavailableException Failed(LdapResult result) => new($"The directory {server.Title} could not answer a search: {result}.");
}
