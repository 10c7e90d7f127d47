using JasperFx;
using Marten;
using Npgsql;
using Sametime.Contracts.Providers;
using Sametime.Services.Providers.Subjects;

namespace Sametime.Services.Providers.Marten;

/// <summary>
/// The tables of the store in their schema: Marten's streams and events, which are the truth and only grow, and the current values that
/// <see cref="MartenFolding"/> makes of them. Columns named *key hold a name in upper case and compare by code point, so that the index of
/// a column serves whole names and beginnings alike.
/// </summary>
internal static class MartenSchema
{
    public static readonly string[] FoldedTables =
        ["account", "login_name", "public_group", "group_member", "searched_name", "stored_value", "privacy_list", .. MartenChatFolding.FoldedTables];

    // What makes version n + 1 of version n; each step may run twice. A step that was released is never changed.
    private static readonly string[] Steps =
    [
        """
        CREATE TABLE IF NOT EXISTS account (
            user_key text COLLATE "C" PRIMARY KEY, id text NOT NULL, display_name text NOT NULL, description text NOT NULL,
            password_hash text NOT NULL, home_hub text NOT NULL);
        CREATE TABLE IF NOT EXISTS login_name (
            name_key text COLLATE "C" PRIMARY KEY, user_key text COLLATE "C" NOT NULL, ordinal int NOT NULL, name text NOT NULL);
        CREATE INDEX IF NOT EXISTS login_name_of_user ON login_name (user_key, ordinal);
        CREATE TABLE IF NOT EXISTS public_group (group_key text COLLATE "C" PRIMARY KEY, id text NOT NULL, description text NOT NULL);
        CREATE TABLE IF NOT EXISTS group_member (
            group_key text COLLATE "C" NOT NULL, ordinal int NOT NULL, user_key text COLLATE "C" NOT NULL, user_id text NOT NULL,
            PRIMARY KEY (group_key, ordinal));
        CREATE INDEX IF NOT EXISTS group_of_member ON group_member (user_key);
        CREATE TABLE IF NOT EXISTS searched_name (
            name_key text COLLATE "C" NOT NULL, kind int NOT NULL, entry_key text COLLATE "C" NOT NULL, is_id boolean NOT NULL,
            order_key text COLLATE "C" NOT NULL, PRIMARY KEY (name_key, kind, entry_key));
        CREATE INDEX IF NOT EXISTS searched_name_of_entry ON searched_name (entry_key, kind);
        CREATE TABLE IF NOT EXISTS stored_value (
            user_key text COLLATE "C" NOT NULL, item_key bigint NOT NULL, value bytea NOT NULL, PRIMARY KEY (user_key, item_key));
        CREATE TABLE IF NOT EXISTS privacy_list (user_key text COLLATE "C" PRIMARY KEY, fields text NOT NULL);
        CREATE TABLE IF NOT EXISTS forwarded (name text PRIMARY KEY, position bigint NOT NULL);
        """,
        "SELECT 1", // the index below
        """
        ALTER TABLE account ADD COLUMN IF NOT EXISTS disabled boolean NOT NULL DEFAULT false;
        CREATE INDEX IF NOT EXISTS searched_name_in_order ON searched_name (order_key, kind, entry_key) WHERE is_id;
        """,
        "CREATE TABLE IF NOT EXISTS sealing (is_one boolean PRIMARY KEY DEFAULT true CHECK (is_one), keys_of text NOT NULL, clear_until bigint NOT NULL)",
        """
        CREATE TABLE IF NOT EXISTS store_head (stream_id text PRIMARY KEY, link bytea NOT NULL, seal bytea NOT NULL);
        CREATE TABLE IF NOT EXISTS removed (
            stream_id text NOT NULL, from_position bigint NOT NULL, to_position bigint NOT NULL, events bigint NOT NULL,
            before bytea NOT NULL, link bytea NOT NULL, seal bytea NOT NULL, PRIMARY KEY (stream_id, from_position));
        """,
        MartenChatFolding.Tables,
    ];

    // Marten removes every index of its tables that it does not know, so this is made anew whenever Marten has looked after them.
    private const string Index =
        $"CREATE UNIQUE INDEX IF NOT EXISTS event_of_one_process ON mt_events (stream_id, {EventRows.Number}) WHERE {EventRows.Number} IS NOT NULL";

    /// <summary>The version of the schema that this program makes.</summary>
    public static int Version => Steps.Length;

    /// <summary>
    /// Makes what is missing; refuses a schema newer than this program. Processes that start together take turns under a lock of the
    /// database, and whoever comes second finds everything done.
    /// </summary>
    public static async Task EnsureAsync(NpgsqlDataSource source, IDocumentStore documents, PostgresOptions options, CancellationToken stop)
    {
        await using var connection = await source.OpenConnectionAsync(stop);
        if (await VersionAsync(connection, options, stop) == Steps.Length)
            return;

        var wait = Math.Max(1, (int)Math.Ceiling(options.SchemaTimeout.TotalSeconds));
        await ExecuteAsync(connection, $"SET statement_timeout = '{wait}s'", wait, stop);
        await ExecuteAsync(connection, $"SELECT pg_advisory_lock({StoreLocks.Schema(options.Schema)})", wait, stop);
        try
        {
            var version = await VersionAsync(connection, options, stop);
            if (version == Steps.Length)
                return;
            await CreateSchemaAsync(connection, options, wait, stop);
            await documents.Storage.Database.ApplyAllConfiguredChangesToDatabaseAsync(AutoCreate.CreateOrUpdate, ct: stop);
            foreach (var step in Steps.Skip(version).Append(Index))
                await ExecuteAsync(connection, step, wait, stop);
            await ExecuteAsync(connection,
                $"CREATE TABLE IF NOT EXISTS store_version (version int NOT NULL); DELETE FROM store_version; INSERT INTO store_version VALUES ({Steps.Length})",
                wait, stop);
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new StoreUnavailableException(
                $"The user {new NpgsqlConnectionStringBuilder(options.Connection).Username} may not make the tables of schema {options.Schema}: "
                + "grant CREATE on the database, or have an administrator make the schema with this user as its owner.",
                refused);
        }
        finally
        {
            await ReleaseAsync(connection);
        }
    }

    /// <summary>Refuses a schema that is not just what this program needs, and changes nothing.</summary>
    /// <exception cref="StoreException">It is missing, older or newer; the message says what to do.</exception>
    public static async Task RequireAsync(NpgsqlDataSource source, PostgresOptions options, CancellationToken stop)
    {
        await using var connection = await source.OpenConnectionAsync(stop);
        var version = await VersionAsync(connection, options, stop);
        if (version == 0)
            throw new StoreUnavailableException($"The database has no tables in schema {options.Schema}: sametime store init makes them.");
        if (version < Steps.Length)
        {
            throw new StoreUnavailableException(
                $"The tables in schema {options.Schema} are of version {version}, and this program needs {Steps.Length}: sametime store migrate brings them up to date.");
        }
    }

    /// <summary>
    /// Ties the store to the keys of its persons at their first use, and finds out later when they are others. What lies in it then was
    /// written in the clear by an earlier version.
    /// </summary>
    /// <exception cref="StoreCorruptException">The keys are of another store.</exception>
    public static async Task BindAsync(NpgsqlDataSource source, string keysOf, CancellationToken stop)
    {
        await using var bind = source.CreateCommand(
            "INSERT INTO sealing (keys_of, clear_until) SELECT $1, coalesce(max(seq_id), 0) FROM mt_events ON CONFLICT DO NOTHING");
        bind.Parameters.Add(new NpgsqlParameter { Value = keysOf });
        await bind.ExecuteNonQueryAsync(stop);
        await using var read = source.CreateCommand("SELECT keys_of FROM sealing");
        SubjectKeyCheck.Store((string?)await read.ExecuteScalarAsync(stop) ?? "", keysOf);
    }

    private static async Task<int> VersionAsync(NpgsqlConnection connection, PostgresOptions options, CancellationToken stop)
    {
        await using var exists = new NpgsqlCommand("SELECT to_regclass($1) IS NOT NULL", connection) { Parameters = { new() { Value = $"{options.Schema}.store_version" } } };
        if (await exists.ExecuteScalarAsync(stop) is not true)
            return 0;
        await using var read = new NpgsqlCommand("SELECT max(version) FROM store_version", connection);
        var version = await read.ExecuteScalarAsync(stop) is int number ? number : 0;
        return version <= Steps.Length
            ? version
            : throw new StoreCorruptException($"The store has schema {version}, and this program knows {Steps.Length}: it was written by a newer program.");
    }

    // CREATE SCHEMA IF NOT EXISTS asks for the right to create even where there is nothing to do.
    private static async Task CreateSchemaAsync(NpgsqlConnection connection, PostgresOptions options, int wait, CancellationToken stop)
    {
        await using var exists = new NpgsqlCommand("SELECT to_regnamespace($1) IS NOT NULL", connection) { Parameters = { new() { Value = options.Schema } } };
        if (await exists.ExecuteScalarAsync(stop) is not true)
            await ExecuteAsync(connection, $"CREATE SCHEMA {options.Schema}", wait, stop);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, int timeoutSeconds, CancellationToken stop)
    {
#pragma warning disable CA2100 // constants of this file, and the name of the schema, which is letters and digits
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = timeoutSeconds };
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(stop);
    }

    // The pool forgets settings and locks of a session; a session that broke took them with it.
    private static async Task ReleaseAsync(NpgsqlConnection connection)
    {
        if (connection.State == System.Data.ConnectionState.Open)
            await ExecuteAsync(connection, "SELECT pg_advisory_unlock_all(); RESET statement_timeout", 0, CancellationToken.None);
    }
}
