using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Providers.Sqlite;

/// <summary>What may enter the embedded directory. Asked inside the transaction that would write it; null means yes.</summary>
internal static class DirectoryRules
{
    public static DirectoryChange? Judge(SqliteWrite write, UserRecord user, DirectoryLimits limits)
    {
        if (!DirectoryNames.AreGood(user, limits))
            return DirectoryChange.NameInvalid;
        if (IsTaken(write, user.Id.Value) || user.LoginNames.Any(name => IsTaken(write, name)))
            return DirectoryChange.NameTaken;
        return IsFull(write, limits) ? DirectoryChange.Full : null;
    }

    public static DirectoryChange? JudgeRename(SqliteWrite write, UserRecord user, DirectoryLimits limits)
    {
        if (!DirectoryNames.AreGood(user, limits))
            return DirectoryChange.NameInvalid;
        if (!Exists(write, user.Id))
            return DirectoryChange.NotFound;
        return user.LoginNames.Any(name => IsTaken(write, name, except: user.Id)) ? DirectoryChange.NameTaken : null;
    }

    /// <summary>Done when it is so already.</summary>
    public static DirectoryChange? JudgeDisabled(SqliteWrite write, UserId id, bool isDisabled)
    {
        var known = write.Session.List("SELECT disabled FROM account WHERE user_key = $1", static row => row.GetInt64(0) != 0, SqliteFolding.Key(id));
        return known.Count == 0 ? DirectoryChange.NotFound : known[0] == isDisabled ? DirectoryChange.Done : null;
    }

    public static DirectoryChange? Judge(SqliteWrite write, GroupRecord group, DirectoryLimits limits)
    {
        if (!DirectoryNames.AreGood(group, limits))
            return DirectoryChange.NameInvalid;
        if (!group.Members.All(member => Exists(write, member)))
            return DirectoryChange.MemberUnknown;
        return group.Members.Count > limits.GroupMembersMax || (!GroupExists(write, group.Id) && IsFull(write, limits)) ? DirectoryChange.Full : null;
    }

    public static DirectoryChange? JudgeHome(SqliteWrite write, UserId id, string homeHub, DirectoryLimits limits) =>
        !DirectoryNames.IsHome(homeHub, limits) ? DirectoryChange.NameInvalid : Exists(write, id) ? null : DirectoryChange.NotFound;

    public static bool Exists(SqliteWrite write, UserId id) =>
        write.Session.Number("SELECT count(*) FROM account WHERE user_key = $1", SqliteFolding.Key(id)) == 1;

    public static bool GroupExists(SqliteWrite write, string id) =>
        write.Session.Number("SELECT count(*) FROM public_group WHERE group_key = $1", SqliteFolding.Key(id)) == 1;

    /// <summary>Whether the user exists and his hash is the one expected (null: whichever).</summary>
    public static bool HasHash(SqliteWrite write, UserId id, string? expected) => write.Session.Number(
        "SELECT count(*) FROM account WHERE user_key = $1 AND password_hash = coalesce($2, password_hash)", SqliteFolding.Key(id), expected) == 1;

    /// <summary>The id as the directory spells it, for a user that exists.</summary>
    public static UserId Spelling(SqliteWrite write, UserId id) => write.Session
        .List("SELECT id FROM account WHERE user_key = $1", static row => new UserId(row.GetString(0)), SqliteFolding.Key(id))
        .Single();

    private static bool IsTaken(SqliteWrite write, string name, UserId except = default) => write.Session.Number(
        """
        SELECT (SELECT count(*) FROM account WHERE user_key = $1 AND user_key <> $2)
             + (SELECT count(*) FROM login_name WHERE name_key = $1 AND user_key <> $2)
        """,
        SqliteFolding.Key(name), except.IsEmpty ? "" : SqliteFolding.Key(except)) > 0;

    private static bool IsFull(SqliteWrite write, DirectoryLimits limits) => write.Session.Number(
        "SELECT (SELECT count(*) FROM account) + (SELECT count(*) FROM public_group)") >= limits.EntriesMax;
}
