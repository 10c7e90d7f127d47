using Npgsql;
using Sametime.Services.Providers.Marten;
using Sametime.Services.Providers.Sqlite;

namespace Sametime.Services.Providers.Views;

/// <summary>
/// Ready-made questions to the log as SQL views; docs/analysts.md tells what each answers. The first view makes the events of either store look
/// the same, so that all others are one text for both. Users appear in them by their opaque ids, and texts of people not at all.
/// </summary>
internal static class AnalystViews
{
    // Times are stored as ticks of 100 ns since year 1.
    private const string SqliteEvents = """
        SELECT position, stream, sequence, hub, incarnation,
            strftime('%Y-%m-%dT%H:%M:%fZ', (occurred - 621355968000000000) / 10000000.0, 'unixepoch') AS occurred,
            (occurred - 621355968000000000) / 10000000.0 AS seconds,
            strftime('%Y-%m-%dT%H:00:00Z', (occurred - 621355968000000000) / 10000000.0, 'unixepoch') AS hour,
            name, correlation, fields
        FROM event
        """;

    private const string PostgresEvents = """
        SELECT position, stream, sequence, hub, incarnation,
            to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS occurred,
            EXTRACT(EPOCH FROM at)::double precision AS seconds,
            to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:00:00"Z"') AS hour,
            name, correlation, fields
        FROM (
            SELECT seq_id AS position, stream_id AS stream, coalesce((headers ->> 'sequence')::bigint, version) AS sequence,
                (headers ->> 'hub')::int AS hub, (headers ->> 'incarnation')::bigint AS incarnation,
                (headers ->> 'occurred')::timestamptz AS at,
                regexp_replace(coalesce(headers ->> 'name', type), '_v[0-9]+$', '') AS name,
                correlation_id AS correlation, data AS fields
            FROM mt_events WHERE type <> 'tombstone') AS stored
        """;

    // Each builds on those before it.
    private static readonly (string Name, string Question)[] Views =
    [
        ("analyst_hub_lives", """
            SELECT hub, incarnation, min(seconds) AS began_seconds,
                lead(min(seconds)) OVER (PARTITION BY hub ORDER BY incarnation) AS ended_seconds,
                lead(min(occurred)) OVER (PARTITION BY hub ORDER BY incarnation) AS ended
            FROM analyst_events WHERE stream LIKE 'hub-%' GROUP BY hub, incarnation
            """),
        ("analyst_logins", """
            SELECT paired.login, paired.user_id, paired.hub, paired.incarnation,
                paired.logged_in, paired.logged_in_seconds,
                coalesce(paired.logged_out, life.ended) AS logged_out,
                coalesce(paired.logged_out_seconds, life.ended_seconds) AS logged_out_seconds
            FROM (
                SELECT login, max(user_id) AS user_id, max(hub) AS hub, max(incarnation) AS incarnation,
                    min(CASE WHEN is_in = 1 THEN occurred END) AS logged_in, min(CASE WHEN is_in = 1 THEN seconds END) AS logged_in_seconds,
                    min(CASE WHEN is_in = 0 THEN occurred END) AS logged_out, min(CASE WHEN is_in = 0 THEN seconds END) AS logged_out_seconds
                FROM (
                    SELECT fields ->> 'login' AS login, hub, incarnation, occurred, seconds,
                        CASE WHEN fields ->> 'user' LIKE '~u.%' THEN substr(fields ->> 'user', 4) ELSE fields ->> 'user' END AS user_id,
                        CASE WHEN name = 'community.participant-logged-in' THEN 1 ELSE 0 END AS is_in
                    FROM analyst_events
                    WHERE name IN ('community.participant-logged-in', 'community.participant-logged-out')
                        AND CAST(fields ->> 'kind' AS bigint) IN (1, 2)) AS facts
                GROUP BY login) AS paired
            LEFT JOIN analyst_hub_lives AS life ON life.hub = paired.hub AND life.incarnation = paired.incarnation
            WHERE paired.logged_in IS NOT NULL
            """),
        ("analyst_concurrency", """
            SELECT occurred, seconds, hub, change,
                sum(change) OVER (ORDER BY seconds, change DESC, login ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS logins
            FROM (
                SELECT login, hub, logged_in AS occurred, logged_in_seconds AS seconds, 1 AS change FROM analyst_logins
                UNION ALL
                SELECT login, hub, logged_out, logged_out_seconds, -1 FROM analyst_logins WHERE logged_out IS NOT NULL) AS changes
            """),
        ("analyst_response_times", """
            SELECT creator, channel, service, created, accepted, accepted_seconds - created_seconds AS seconds
            FROM (
                SELECT fields ->> 'creator' AS creator, CAST(fields ->> 'channel' AS bigint) AS channel,
                    max(CAST(fields ->> 'service' AS bigint)) AS service,
                    min(CASE WHEN name = 'channel.created' THEN occurred END) AS created,
                    min(CASE WHEN name = 'channel.created' THEN seconds END) AS created_seconds,
                    min(CASE WHEN name = 'channel.accepted' THEN occurred END) AS accepted,
                    min(CASE WHEN name = 'channel.accepted' THEN seconds END) AS accepted_seconds
                FROM analyst_events WHERE name IN ('channel.created', 'channel.accepted')
                GROUP BY fields ->> 'creator', CAST(fields ->> 'channel' AS bigint)) AS channels
            WHERE created IS NOT NULL
            """),
        ("analyst_presence_changes", """
            SELECT hour, user_id, count(*) AS changes
            FROM (
                SELECT hour, CASE WHEN fields ->> 'user' LIKE '~u.%' THEN substr(fields ->> 'user', 4) ELSE fields ->> 'user' END AS user_id
                FROM analyst_events
                WHERE name IN ('community.participant-logged-in', 'community.participant-logged-out', 'community.status-set',
                    'community.attribute-set', 'community.attribute-unset')) AS changes
            WHERE user_id <> '' GROUP BY hour, user_id
            """),
        ("analyst_failed_logins", """
            SELECT hour, reason,
                CASE reason WHEN 2147484177 THEN 'wrong name or password' WHEN 2147484172 THEN 'server not responding'
                    WHEN 2147484176 THEN 'restricted' WHEN 2147484178 THEN 'encryption too weak' ELSE 'other' END AS meaning,
                count(*) AS failures
            FROM (SELECT hour, CAST(fields ->> 'reason' AS bigint) AS reason FROM analyst_events WHERE name = 'security.login-refused') AS refused
            GROUP BY hour, reason
            """),
        ("analyst_messages", """
            SELECT hour, hub, sum(lines) AS captured_lines, sum(routed) AS routed_messages
            FROM (
                SELECT hour, hub, 1 AS lines, 0 AS routed FROM analyst_events WHERE name = 'chat.line-captured'
                UNION ALL
                SELECT hour, hub, 0, total - coalesce(lag(total) OVER (PARTITION BY stream ORDER BY sequence), 0)
                FROM (
                    SELECT hour, hub, stream, sequence, CAST(fields ->> 'messagesRouted' AS bigint) AS total
                    FROM analyst_events WHERE name = 'statistics.hub-sampled') AS samples) AS both_kinds
            GROUP BY hour, hub
            """),
    ];

    // Static fields are made in the order of this text, so these come after the views.
    /// <summary>What makes the views in the embedded store, one statement each. May run again at any time.</summary>
    public static IReadOnlyList<string> ForSqlite { get; } = Statements(SqliteEvents);

    /// <summary>The same for PostgreSQL, with the store's schema first in the search path.</summary>
    public static IReadOnlyList<string> ForPostgres { get; } = Statements(PostgresEvents);

    /// <summary>What the views are called, each after those it is made of.</summary>
    public static IReadOnlyList<string> Names { get; } = ["analyst_events", .. Views.Select(view => view.Name)];

    /// <summary>Makes the views of the embedded store, or makes them anew.</summary>
    public static Task EnsureAsync(SqliteEventStore store, CancellationToken stop) => store.WriteAsync(
        write =>
        {
            foreach (var statement in ForSqlite)
                write.Session.Execute(statement);
            return true;
        },
        stop);

    /// <summary>Makes the views on PostgreSQL, or makes them anew, all at once: whoever asks meanwhile finds the old or the new ones.</summary>
    public static Task EnsureAsync(MartenEventStore store, CancellationToken stop) => SecondAttempt.OfRepeatableAsync(store.Part.Source, async () =>
    {
        await using var connection = await store.Part.Source.OpenConnectionAsync(stop).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(stop).ConfigureAwait(false);
        foreach (var statement in ForPostgres)
        {
#pragma warning disable CA2100 // constants of this file
            await using var command = new NpgsqlCommand(statement, connection, transaction);
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync(stop).ConfigureAwait(false);
        }

        await transaction.CommitAsync(stop).ConfigureAwait(false);
        return true;
    });

    private static string[] Statements(string events) =>
    [
        .. Views.Reverse().Select(view => $"DROP VIEW IF EXISTS {view.Name}"),
        "DROP VIEW IF EXISTS analyst_events",
        $"CREATE VIEW analyst_events AS {events}",
        .. Views.Select(view => $"CREATE VIEW {view.Name} AS {view.Question}"),
    ];
}
