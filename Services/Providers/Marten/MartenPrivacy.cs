using System.Text.Json;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Providers.Marten;

/// <summary>Users' privacy lists on PostgreSQL, read from the database at each question.</summary>
internal sealed class MartenPrivacy(MartenEventStore store) : IPrivacyProvider
{
    private static readonly WrittenEvent Written = EventCatalogue.Current.Write(new PrivacyListSaved(default, false, []));

    public async ValueTask<PrivacyInfo?> LoadAsync(UserId user, CancellationToken stop)
    {
        var found = await store.QueryAsync(
            "SELECT fields FROM privacy_list WHERE user_key = $1", static row => row.GetString(0), stop, MartenFolding.Key(user)).ConfigureAwait(false);
        return found.Count == 0 ? null : FromJson(found[0]);
    }

    public async ValueTask SaveAsync(UserId user, PrivacyInfo privacy, CancellationToken stop) => await store.WriteAsync(
        user,
        commit =>
        {
            var isChanged = commit.ValuesOf(user).PrivacyFields is not { } fields || FromJson(fields) != privacy;
            if (isChanged)
                commit.Append(EventStreamName.User(user), ToFact(user, privacy));
            return isChanged;
        },
        stop).ConfigureAwait(false);

    // The current list is kept in the written form of its event, in today's version whatever the version of the event was.
    private static PrivacyInfo FromJson(string fields)
    {
        try
        {
            var saved = (PrivacyListSaved)EventCatalogue.Current.Read(Written with { Json = fields });
            return new PrivacyInfo(saved.Deny, saved.Listed.Select(entry => new UserItem(entry.User, entry.Community, entry.Name)).ToItems());
        }
        catch (JsonException damaged)
        {
            throw new StoreCorruptException($"A stored privacy list cannot be read: {damaged.Message}", damaged);
        }
    }

    private static PrivacyListSaved ToFact(UserId user, PrivacyInfo privacy) => new(
        user, privacy.Deny, privacy.Users.Select(item => new PrivacyListed(item.User, item.Community, item.Name)).ToItems());
}
