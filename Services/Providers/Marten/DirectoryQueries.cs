using Npgsql;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Providers.Marten;

/// <summary>
/// The questions to the directory's tables. Each goes by the primary key of the table it starts from, all of which compare by code point:
/// an index then serves a whole name (=) and a beginning (from the beginning itself up to the last name that could follow it).
/// </summary>
internal static class DirectoryQueries
{
    public const string ById = $"{Users} WHERE a.user_key = $1";

    public const string ByLoginName = $"{Users} JOIN login_name n ON n.user_key = a.user_key WHERE n.name_key = $1";

    public const string AllUsers = Users;

    public const string GroupById = $"{Groups} WHERE g.group_key = $1";

    public const string AllGroups = Groups;

    public const string PasswordHash = "SELECT password_hash FROM account WHERE user_key = $1";

    /// <summary>$1 the name, $2 the kinds, $3 how many.</summary>
    public const string WholeName = $"{Found} n.name_key = $1 {Best}";

    /// <summary>$1 the name, $2 the kinds, $3 how many, $4 <see cref="LastOf"/>.</summary>
    public const string Beginning = $"{Found} n.name_key >= $1 AND n.name_key <= $4 {Best}";

    /// <summary>$1 name, $2 kind, $3 key of the point, $4 how many: from the point on.</summary>
    public const string PageFrom = $"{Book} >= {Point} ORDER BY n.order_key, n.kind, n.entry_key LIMIT $4";

    /// <summary>The same, behind the point.</summary>
    public const string PageAfter = $"{Book} > {Point} ORDER BY n.order_key, n.kind, n.entry_key LIMIT $4";

    /// <summary>The same, before the point and backwards.</summary>
    public const string PageBefore = $"{Book} < {Point} ORDER BY n.order_key DESC, n.kind DESC, n.entry_key DESC LIMIT $4";

    /// <summary>$1 name, $2 kind, $3 key: how many entries come before.</summary>
    public const string CountBefore = $"SELECT count(*) FROM searched_name n WHERE n.is_id AND (n.order_key, n.kind, n.entry_key) < {Point}";

    // Of the names of an entry the one that is its id stands for it; it knows the name that the book is ordered by.
    private const string Book = """
        SELECT n.kind, coalesce(a.id, g.id), coalesce(a.display_name, g.id), coalesce(a.description, g.description)
        FROM searched_name n
        LEFT JOIN account a ON n.kind = 1 AND a.user_key = n.entry_key
        LEFT JOIN public_group g ON n.kind = 2 AND g.group_key = n.entry_key
        WHERE n.is_id AND (n.order_key, n.kind, n.entry_key)
        """;

    private const string Point = "($1, $2, $3)";

    private const string Users = """
        SELECT a.id, a.display_name, a.description, a.home_hub,
               ARRAY(SELECT l.name FROM login_name l WHERE l.user_key = a.user_key AND l.ordinal >= 0 ORDER BY l.ordinal), a.disabled
        FROM account a
        """;

    private const string Groups = """
        SELECT g.id, g.description, ARRAY(SELECT m.user_id FROM group_member m WHERE m.group_key = g.group_key ORDER BY m.ordinal)
        FROM public_group g
        """;

    private const string Found = """
        SELECT best.kind, coalesce(a.id, g.id), coalesce(a.display_name, g.id), coalesce(a.description, g.description)
        FROM (SELECT n.kind, n.entry_key, min(CASE WHEN n.name_key <> $1 THEN 2 WHEN n.is_id THEN 0 ELSE 1 END) AS rank, min(n.order_key) AS order_key
              FROM searched_name n WHERE n.kind = ANY($2) AND
        """;

    private const string Best = """
              GROUP BY n.kind, n.entry_key ORDER BY rank, order_key, n.entry_key LIMIT $3) best
        LEFT JOIN account a ON best.kind = 1 AND a.user_key = best.entry_key
        LEFT JOIN public_group g ON best.kind = 2 AND g.group_key = best.entry_key
        ORDER BY best.rank, best.order_key, best.entry_key
        """;

    /// <summary>The greatest name that begins so.</summary>
    public static string LastOf(string beginning) => beginning + "\U0010FFFF\U0010FFFF";

    public static UserRecord ToUser(NpgsqlDataReader row) => new(
        new UserId(row.GetString(0)), row.GetString(1), row.GetFieldValue<string[]>(4).ToItems(), row.GetString(2), row.GetString(3),
        row.GetBoolean(5));

    public static GroupRecord ToGroup(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetFieldValue<string[]>(2).Select(id => new UserId(id)).ToItems(), row.GetString(1));

    public static DirectoryMatch ToMatch(NpgsqlDataReader row) =>
        new(row.GetString(1), row.GetString(2), row.GetString(3), (DirectoryKinds)row.GetInt32(0));
}
