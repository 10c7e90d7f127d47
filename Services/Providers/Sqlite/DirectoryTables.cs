using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers.Subjects;

namespace Sametime.Services.Providers.Sqlite;

/// <summary>Brings a <see cref="DirectoryIndex"/> up to date from the tables, reading only what changed since its version.</summary>
internal static class DirectoryTables
{
    public static long Version(SqliteSession session) =>
        session.Number("SELECT max(sequence) FROM event WHERE stream = $1", EventStreamName.Directory.Value);

    /// <param name="session">The tables.</param>
    /// <param name="known">What is known of them.</param>
    /// <param name="open">Reads a stored event.</param>
    public static DirectoryIndex Refresh(SqliteSession session, DirectoryIndex known, Func<WrittenEvent, IEvent> open)
    {
        var version = Version(session);
        if (version == known.Version)
            return known;

        var (users, groups) = known.Version == 0 ? AllKeys(session) : ChangedKeys(session, known, open);
        var accounts = known.Accounts.ToBuilder();
        var loginNames = known.LoginNames.ToBuilder();
        var groupRecords = known.Groups.ToBuilder();
        // All names that were given up come first: one of them may be somebody else's now.
        foreach (var user in users)
        {
            if (accounts.Remove(new UserId(user), out var old))
                loginNames.RemoveRange(old.User.LoginNames);
        }

        foreach (var user in users)
        {
            if (ReadAccount(session, user) is not { } account)
                continue;
            accounts.Add(account.User.Id, account);
            foreach (var name in account.User.LoginNames)
                loginNames[name] = account.User.Id;
        }

        // A removed user leaves his groups, so groups are read after any change of users.
        IEnumerable<string> touched = users.Count > 0 ? [.. groups.Union(groupRecords.Keys, StringComparer.OrdinalIgnoreCase)] : groups;
        foreach (var group in touched)
        {
            groupRecords.Remove(group);
            if (ReadGroup(session, group) is { } record)
                groupRecords.Add(record.Id, record);
        }

        return new DirectoryIndex(version, accounts.ToImmutable(), loginNames.ToImmutable(), groupRecords.ToImmutable());
    }

    private static (List<string> Users, List<string> Groups) AllKeys(SqliteSession session) => (
        session.List("SELECT user_key FROM account", FirstText),
        session.List("SELECT group_key FROM public_group", FirstText));

    private static (List<string> Users, List<string> Groups) ChangedKeys(
        SqliteSession session, DirectoryIndex known, Func<WrittenEvent, IEvent> open)
    {
        var facts = session.List("SELECT name, version, fields FROM event WHERE stream = $1 AND sequence > $2 ORDER BY sequence",
            row => open(new WrittenEvent(row.GetString(0), row.GetInt32(1), row.GetString(2))), EventStreamName.Directory.Value, known.Version);
        var (users, groups) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var fact in facts)
        {
            _ = fact switch
            {
                UserAdded added => users.Add(SqliteFolding.Key(added.User)),
                UserRemoved removed => users.Add(SqliteFolding.Key(removed.User)),
                UserHomeSet set => users.Add(SqliteFolding.Key(set.User)),
                UserRenamed renamed => users.Add(SqliteFolding.Key(renamed.User)),
                UserDisabled disabled => users.Add(SqliteFolding.Key(disabled.User)),
                UserEnabled enabled => users.Add(SqliteFolding.Key(enabled.User)),
                UserPasswordChanged changed => users.Add(SqliteFolding.Key(changed.User)),
                GroupSaved saved => groups.Add(SqliteFolding.Key(saved.Group)),
                GroupRemoved removed => groups.Add(SqliteFolding.Key(removed.Group)),
                _ => false,
            };
        }

        // Of whom a fact was, nobody can say when he is erased: then whoever was known is looked for again.
        if (users.Any(user => user.StartsWith(Subject.PlaceholderPrefix, StringComparison.OrdinalIgnoreCase)))
            users.UnionWith(known.Accounts.Keys.Select(SqliteFolding.Key));
        return ([.. users], [.. groups]);
    }

    private static DirectoryAccount? ReadAccount(SqliteSession session, string userKey)
    {
        var names = session.List("SELECT name FROM login_name WHERE user_key = $1 ORDER BY ordinal", FirstText, userKey);
        return session.List("SELECT id, display_name, description, password_hash, home_hub, disabled FROM account WHERE user_key = $1",
            row => new DirectoryAccount(
                new UserRecord(
                    new UserId(row.GetString(0)), row.GetString(1), names.ToItems(), row.GetString(2), row.GetString(4), row.GetInt64(5) != 0),
                row.GetString(3)),
            userKey).SingleOrDefault();
    }

    private static GroupRecord? ReadGroup(SqliteSession session, string group)
    {
        var key = SqliteFolding.Key(group);
        var members = session.List("SELECT user_id FROM group_member WHERE group_key = $1 ORDER BY ordinal",
            static row => new UserId(row.GetString(0)), key);
        return session.List("SELECT id, description FROM public_group WHERE group_key = $1",
            row => new GroupRecord(row.GetString(0), members.ToItems(), row.GetString(1)), key).SingleOrDefault();
    }

    private static string FirstText(SqliteDataReader row) => row.GetString(0);
}
