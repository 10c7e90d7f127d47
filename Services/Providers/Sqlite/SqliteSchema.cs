using Sametime.Contracts.Providers;
using Sametime.Services.Providers.Subjects;

namespace Sametime.Services.Providers.Sqlite;

/// <summary>
/// The tables of the store. <c>event</c> is the truth and only grows. The others are current values folded from it: written in the
/// transaction of the event, and made anew from it at any time (<see cref="SqliteEventStore.RebuildAsync"/>).
/// Columns named *key hold a name in upper case, since ids and names compare without regard to case.
/// </summary>
internal static class SqliteSchema
{
    public static readonly string[] FoldedTables = ["account", "login_name", "public_group", "group_member", "stored_value", "privacy_list", .. SqliteChatFolding.FoldedTables];

    private const int ApplicationId = 0x53616d65; // "Same": tells our files from other SQLite files

    // What makes version n + 1 of version n; a new file is given all of them. A step that was released is never changed.
    private static readonly string[] Steps =
    [
        FirstTables,
        "ALTER TABLE account ADD COLUMN home_hub TEXT NOT NULL DEFAULT ''",
        "CREATE TABLE forwarded (name TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT",
        "ALTER TABLE account ADD COLUMN disabled INTEGER NOT NULL DEFAULT 0",
        "CREATE TABLE sealing (keys_of TEXT NOT NULL, clear_until INTEGER NOT NULL) STRICT",
        """
        ALTER TABLE event ADD COLUMN link BLOB;
        CREATE TABLE store_head (stream TEXT PRIMARY KEY, link BLOB NOT NULL, seal BLOB NOT NULL) STRICT;
        CREATE TABLE removed (
            stream TEXT NOT NULL, from_position INTEGER NOT NULL, to_position INTEGER NOT NULL, events INTEGER NOT NULL,
            before BLOB NOT NULL, link BLOB NOT NULL, seal BLOB NOT NULL, PRIMARY KEY (stream, from_position)) STRICT;
        """,
        SqliteChatFolding.Tables,
    ];

    private const string FirstTables = """
        CREATE TABLE event (
            position INTEGER PRIMARY KEY AUTOINCREMENT,
            stream TEXT NOT NULL, sequence INTEGER NOT NULL,
            name TEXT NOT NULL, version INTEGER NOT NULL, fields TEXT NOT NULL,
            hub INTEGER NOT NULL, incarnation INTEGER NOT NULL,
            occurred INTEGER NOT NULL, recorded INTEGER NOT NULL,
            correlation TEXT, causation TEXT,
            UNIQUE (stream, sequence)) STRICT;
        CREATE TABLE account (
            user_key TEXT PRIMARY KEY, id TEXT NOT NULL, display_name TEXT NOT NULL, description TEXT NOT NULL,
            password_hash TEXT NOT NULL) STRICT;
        CREATE TABLE login_name (
            name_key TEXT PRIMARY KEY, user_key TEXT NOT NULL, ordinal INTEGER NOT NULL, name TEXT NOT NULL) STRICT;
        CREATE INDEX login_name_of_user ON login_name (user_key, ordinal);
        CREATE TABLE public_group (group_key TEXT PRIMARY KEY, id TEXT NOT NULL, description TEXT NOT NULL) STRICT;
        CREATE TABLE group_member (
            group_key TEXT NOT NULL, ordinal INTEGER NOT NULL, user_key TEXT NOT NULL, user_id TEXT NOT NULL,
            PRIMARY KEY (group_key, ordinal)) STRICT;
        CREATE INDEX group_of_member ON group_member (user_key);
        CREATE TABLE stored_value (
            user_key TEXT NOT NULL, item_key INTEGER NOT NULL, value BLOB NOT NULL,
            PRIMARY KEY (user_key, item_key)) STRICT;
        CREATE TABLE privacy_list (user_key TEXT PRIMARY KEY, fields TEXT NOT NULL) STRICT;
        """;

    /// <summary>
    /// Ties the store to the keys of its persons at their first use, and finds out later when they are others. What lies in it then was
    /// written in the clear by an earlier version.
    /// </summary>
    /// <exception cref="StoreCorruptException">The keys are of another store.</exception>
    public static void Bind(SqliteSession writer, string keysOf)
    {
        writer.Execute(
            "INSERT INTO sealing (keys_of, clear_until) SELECT $1, (SELECT coalesce(max(position), 0) FROM event) WHERE NOT EXISTS (SELECT 1 FROM sealing)", keysOf);
        SubjectKeyCheck.Store(writer.List("SELECT keys_of FROM sealing", static row => row.GetString(0)).Single(), keysOf);
    }

    /// <summary>Makes the tables in a new file and those that an older one lacks, or refuses both; always refuses a file that is not ours or newer than we are.</summary>
    public static void Ensure(SqliteSession writer, bool createTables)
    {
        writer.Execute("PRAGMA journal_mode = WAL");
        writer.Execute("BEGIN IMMEDIATE");
        var application = writer.Number("PRAGMA application_id");
        var version = writer.Number("PRAGMA user_version");
        var isNew = application == 0 && version == 0 && writer.Number("SELECT count(*) FROM sqlite_schema") == 0;
        if (!isNew && application != ApplicationId)
            throw new StoreCorruptException("The file sametime.db is no store of this program.");
        if (version > Steps.Length)
            throw new StoreCorruptException($"The store has schema {version}, and this program knows {Steps.Length}: it was written by a newer program.");
        if (!createTables && version < Steps.Length)
        {
            throw new StoreUnavailableException(version == 0
                ? "The file sametime.db has no tables: sametime store init makes them."
                : $"The tables in sametime.db are of version {version}, and this program needs {Steps.Length}: sametime store migrate brings them up to date.");
        }

        foreach (var step in Steps.Skip((int)version))
            writer.Execute(step);
        writer.Execute($"PRAGMA application_id = {ApplicationId}");
        writer.Execute($"PRAGMA user_version = {Steps.Length}");
        writer.Execute("COMMIT");
    }
}
