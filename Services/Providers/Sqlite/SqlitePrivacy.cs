using System.Collections.Frozen;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers.Subjects;

namespace Sametime.Services.Providers.Sqlite;

/// <summary>Users' privacy lists in the embedded store.</summary>
internal sealed class SqlitePrivacy(SqliteEventStore store) : IPrivacyProvider
{
    public ValueTask<PrivacyInfo?> LoadAsync(UserId user, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        return ValueTask.FromResult(store.Read(session => Find(session, user)));
    }

    public async ValueTask SaveAsync(UserId user, PrivacyInfo privacy, CancellationToken stop) => await store.WriteAsync(
        write =>
        {
            var isChanged = Find(write.Session, user) != privacy;
            if (isChanged)
                write.Append(EventStreamName.User(user), ToFact(user, privacy));
            return isChanged;
        },
        stop);

    private static PrivacyInfo? Find(SqliteSession session, UserId user)
    {
        using var rows = session.Query("SELECT fields FROM privacy_list WHERE user_key = $1", SqliteFolding.Key(user));
        return rows.Read() ? FromJson(rows.GetString(0)) : null;
    }

    // The current list is kept in the written form of its event, in today's version whatever the version of the event was.
    private static PrivacyInfo FromJson(string fields)
    {
        var written = EventCatalogue.Current.Write(new PrivacyListSaved(default, false, []));
        var saved = (PrivacyListSaved)SealedEvent.Open(written with { Json = fields }, FrozenDictionary<SubjectId, Subject>.Empty, Reading.Plain);
        return new PrivacyInfo(saved.Deny, saved.Listed.Select(entry => new UserItem(entry.User, entry.Community, entry.Name)).ToItems());
    }

    private static PrivacyListSaved ToFact(UserId user, PrivacyInfo privacy) => new(
        user, privacy.Deny, privacy.Users.Select(item => new PrivacyListed(item.User, item.Community, item.Name)).ToItems());
}
