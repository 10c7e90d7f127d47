using Marten;
using Marten.Events.Projections;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Providers.Marten;

/// <summary>
/// Folds facts into the current values: an inline projection, so in the transaction of the event. The same code serves a fact that was
/// just appended and one read back for a rebuild. It never refuses: what may happen is decided before the fact is written.
/// </summary>
internal sealed class MartenFolding : IProjection
{
    /// <summary>What is kept by user, but for the names he is searched by.</summary>
    public static readonly string[] TablesOfUsers = ["account", "login_name", "group_member", "stored_value", "privacy_list"];

    public static string Key(UserId user) => Key(user.Value);

    public static string Key(string name) => name.ToUpperInvariant();

    public Task ApplyAsync(IDocumentOperations operations, IReadOnlyList<JasperFx.Events.IEvent> events, CancellationToken cancellation)
    {
        foreach (var appended in events)
        {
            if (appended.Data is IEvent fact && !new EventStreamName(appended.StreamKey!).IsOfOneProcess)
                Apply(operations, fact);
        }

        return Task.CompletedTask;
    }

    /// <summary>Queues the statements that fold one fact.</summary>
    public static void Apply(IDocumentOperations values, IEvent fact)
    {
        switch (fact)
        {
            case UserAdded added:
                Apply(values, added);
                break;
            case UserRemoved removed:
                Apply(values, removed);
                break;
            case UserPasswordChanged changed:
                values.QueueSqlCommand("UPDATE account SET password_hash = ? WHERE user_key = ?", changed.PasswordHash, Key(changed.User));
                break;
            case UserHomeSet set:
                values.QueueSqlCommand("UPDATE account SET home_hub = ? WHERE user_key = ?", set.HomeHub, Key(set.User));
                break;
            case UserRenamed renamed:
                Apply(values, renamed);
                break;
            case UserDisabled disabled:
                values.QueueSqlCommand("UPDATE account SET disabled = true WHERE user_key = ?", Key(disabled.User));
                break;
            case UserEnabled enabled:
                values.QueueSqlCommand("UPDATE account SET disabled = false WHERE user_key = ?", Key(enabled.User));
                break;
            case GroupSaved saved:
                Apply(values, saved);
                break;
            case GroupRemoved removed:
                RemoveGroup(values, Key(removed.Group));
                break;
            case UserStorageItemSaved saved:
                values.QueueSqlCommand(
                    "INSERT INTO stored_value (user_key, item_key, value) VALUES (?, ?, ?) ON CONFLICT (user_key, item_key) DO UPDATE SET value = excluded.value",
                    Key(saved.User), (long)saved.Key, saved.Value.Span.ToArray());
                break;
            case PrivacyListSaved saved:
                values.QueueSqlCommand(
                    "INSERT INTO privacy_list (user_key, fields) VALUES (?, ?) ON CONFLICT (user_key) DO UPDATE SET fields = excluded.fields",
                    Key(saved.User), EventCatalogue.Current.Write(saved).Json);
                break;
        }
    }

    private static void Apply(IDocumentOperations values, UserAdded added)
    {
        var key = Key(added.User);
        values.QueueSqlCommand("INSERT INTO account (user_key, id, display_name, description, password_hash, home_hub) VALUES (?, ?, ?, ?, ?, '')",
            key, added.User.Value, added.DisplayName, added.Description, added.PasswordHash);
        AddNames(values, added.User, added.DisplayName, added.LoginNames);
    }

    private static void Apply(IDocumentOperations values, UserRenamed renamed)
    {
        var key = Key(renamed.User);
        values.QueueSqlCommand("UPDATE account SET display_name = ?, description = ? WHERE user_key = ?", renamed.DisplayName, renamed.Description, key);
        values.QueueSqlCommand("DELETE FROM login_name WHERE user_key = ?", key);
        RemoveSearched(values, DirectoryKinds.Users, key);
        AddNames(values, renamed.User, renamed.DisplayName, renamed.LoginNames);
    }

    private static void AddNames(IDocumentOperations values, UserId user, string displayName, Items<string> loginNames)
    {
        var key = Key(user);

        // The id is a login name too, the one of ordinal -1: one unique index then keeps all names of all users apart.
        string[] names = [user.Value, .. loginNames.AsEnumerable()];
        for (var i = 0; i < names.Length; i++)
        {
            values.QueueSqlCommand("INSERT INTO login_name (name_key, user_key, ordinal, name) VALUES (?, ?, ?, ?)",
                Key(names[i]), key, i - 1, names[i]);
        }

        var familyName = displayName[(displayName.LastIndexOf(' ') + 1)..];
        foreach (var name in names.Skip(1).Append(displayName).Append(familyName).Select(Key).Distinct().Where(name => name != key))
            AddSearched(values, name, DirectoryKinds.Users, key, isId: false, Key(displayName));
        AddSearched(values, key, DirectoryKinds.Users, key, isId: true, Key(displayName));
    }

    // Whoever is given the same id later starts with nothing: no buddy list, privacy list or membership of his predecessor.
    private static void Apply(IDocumentOperations values, UserRemoved removed)
    {
        var key = Key(removed.User);
        foreach (var table in TablesOfUsers)
            values.QueueSqlCommand($"DELETE FROM {table} WHERE user_key = ?", key);
        RemoveSearched(values, DirectoryKinds.Users, key);
    }

    private static void Apply(IDocumentOperations values, GroupSaved saved)
    {
        var key = Key(saved.Group);
        RemoveGroup(values, key);
        values.QueueSqlCommand("INSERT INTO public_group (group_key, id, description) VALUES (?, ?, ?)", key, saved.Group, saved.Description);
        AddSearched(values, key, DirectoryKinds.Groups, key, isId: true, key);
        for (var i = 0; i < saved.Members.Count; i++)
        {
            values.QueueSqlCommand("INSERT INTO group_member (group_key, ordinal, user_key, user_id) VALUES (?, ?, ?, ?)",
                key, i, Key(saved.Members[i]), saved.Members[i].Value);
        }
    }

    private static void RemoveGroup(IDocumentOperations values, string key)
    {
        values.QueueSqlCommand("DELETE FROM group_member WHERE group_key = ?", key);
        values.QueueSqlCommand("DELETE FROM public_group WHERE group_key = ?", key);
        RemoveSearched(values, DirectoryKinds.Groups, key);
    }

    private static void AddSearched(IDocumentOperations values, string name, DirectoryKinds kind, string entry, bool isId, string order) =>
        values.QueueSqlCommand("INSERT INTO searched_name (name_key, kind, entry_key, is_id, order_key) VALUES (?, ?, ?, ?, ?)",
            name, (int)kind, entry, isId, order);

    private static void RemoveSearched(IDocumentOperations values, DirectoryKinds kind, string entry) =>
        values.QueueSqlCommand("DELETE FROM searched_name WHERE entry_key = ? AND kind = ?", entry, (int)kind);
}
