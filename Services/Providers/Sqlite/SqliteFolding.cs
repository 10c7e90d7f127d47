using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Providers.Sqlite;

/// <summary>
/// Folds facts into the current values. The same code serves a fact that was just appended and one read back for a rebuild, so the two
/// cannot differ. It never refuses: what may happen is decided before the fact is written.
/// </summary>
internal static class SqliteFolding
{
    public static string Key(UserId user) => Key(user.Value);

    public static string Key(string name) => name.ToUpperInvariant();

    public static void Apply(SqliteSession session, IEvent fact)
    {
        switch (fact)
        {
            case UserAdded added:
                Apply(session, added);
                break;
            case UserRemoved removed:
                Apply(session, removed);
                break;
            case UserPasswordChanged changed:
                session.Execute("UPDATE account SET password_hash = $2 WHERE user_key = $1", Key(changed.User), changed.PasswordHash);
                break;
            case UserHomeSet set:
                session.Execute("UPDATE account SET home_hub = $2 WHERE user_key = $1", Key(set.User), set.HomeHub);
                break;
            case UserRenamed renamed:
                Apply(session, renamed);
                break;
            case UserDisabled disabled:
                session.Execute("UPDATE account SET disabled = 1 WHERE user_key = $1", Key(disabled.User));
                break;
            case UserEnabled enabled:
                session.Execute("UPDATE account SET disabled = 0 WHERE user_key = $1", Key(enabled.User));
                break;
            case GroupSaved saved:
                Apply(session, saved);
                break;
            case GroupRemoved removed:
                session.Execute("DELETE FROM group_member WHERE group_key = $1", Key(removed.Group));
                session.Execute("DELETE FROM public_group WHERE group_key = $1", Key(removed.Group));
                break;
            case UserStorageItemSaved saved:
                session.Execute("INSERT OR REPLACE INTO stored_value (user_key, item_key, value) VALUES ($1, $2, $3)",
                    Key(saved.User), (long)saved.Key, saved.Value.Span.ToArray());
                break;
            case PrivacyListSaved saved:
                session.Execute("INSERT OR REPLACE INTO privacy_list (user_key, fields) VALUES ($1, $2)",
                    Key(saved.User), EventCatalogue.Current.Write(saved).Json);
                break;
        }
    }

    /// <summary>Forgets all current values, before they are folded anew.</summary>
    public static void Clear(SqliteSession session)
    {
        foreach (var table in SqliteSchema.FoldedTables)
            session.Execute($"DELETE FROM {table}");
    }

    private static void Apply(SqliteSession session, UserAdded added)
    {
        var key = Key(added.User);
        session.Execute("INSERT INTO account (user_key, id, display_name, description, password_hash) VALUES ($1, $2, $3, $4, $5)",
            key, added.User.Value, added.DisplayName, added.Description, added.PasswordHash);
        AddLoginNames(session, key, added.LoginNames);
    }

    private static void Apply(SqliteSession session, UserRenamed renamed)
    {
        var key = Key(renamed.User);
        session.Execute("UPDATE account SET display_name = $2, description = $3 WHERE user_key = $1", key, renamed.DisplayName, renamed.Description);
        session.Execute("DELETE FROM login_name WHERE user_key = $1", key);
        AddLoginNames(session, key, renamed.LoginNames);
    }

    private static void AddLoginNames(SqliteSession session, string userKey, Items<string> names)
    {
        for (var i = 0; i < names.Count; i++)
        {
            session.Execute("INSERT INTO login_name (name_key, user_key, ordinal, name) VALUES ($1, $2, $3, $4)",
                Key(names[i]), userKey, i, names[i]);
        }
    }

    // Whoever is given the same id later starts with nothing: no buddy list, privacy list or membership of his predecessor.
    private static void Apply(SqliteSession session, UserRemoved removed) => Forget(session, removed.User);

    /// <summary>Deletes everything that is kept of a user.</summary>
    public static void Forget(SqliteSession session, UserId user)
    {
        var key = Key(user);
        session.Execute("DELETE FROM account WHERE user_key = $1", key);
        session.Execute("DELETE FROM login_name WHERE user_key = $1", key);
        session.Execute("DELETE FROM group_member WHERE user_key = $1", key);
        session.Execute("DELETE FROM stored_value WHERE user_key = $1", key);
        session.Execute("DELETE FROM privacy_list WHERE user_key = $1", key);
    }

    private static void Apply(SqliteSession session, GroupSaved saved)
    {
        var key = Key(saved.Group);
        session.Execute("INSERT OR REPLACE INTO public_group (group_key, id, description) VALUES ($1, $2, $3)", key, saved.Group, saved.Description);
        session.Execute("DELETE FROM group_member WHERE group_key = $1", key);
        for (var i = 0; i < saved.Members.Count; i++)
        {
            session.Execute("INSERT INTO group_member (group_key, ordinal, user_key, user_id) VALUES ($1, $2, $3, $4)",
                key, i, Key(saved.Members[i]), saved.Members[i].Value);
        }
    }
}
