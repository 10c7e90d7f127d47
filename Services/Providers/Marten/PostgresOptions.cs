using System.Text.RegularExpressions;
using Npgsql;
using Sametime.Contracts.Providers;

namespace Sametime.Services.Providers.Marten;

/// <summary>How the event store on PostgreSQL is reached and used. Bound from the section <c>Postgres</c>.</summary>
internal sealed partial class PostgresOptions
{
    private static readonly TimeSpan DeadClientIdle = TimeSpan.FromSeconds(5);

    /// <summary>Where the database is, as <c>Host=...;Port=...;Username=...;Database=...</c>. Best without the password.</summary>
    public string Connection { get; set; } = "";

    /// <summary>The password, from sametime.json or the environment; refused on a command line, which others can see.</summary>
    public string Password { get; set; } = "";

    /// <summary>A file whose first line is the password; read again at each start.</summary>
    public string PasswordFile { get; set; } = "";

    /// <summary>Schema that holds all tables. Lower-case letters, digits and underscores. Default sametime.</summary>
    public string Schema { get; set; } = "sametime";

    /// <summary>How long to wait for a connection. Default 5 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long one statement may take, and a transaction may stand still, before the database gives it up. Default 10 s.</summary>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long to wait for another process that is making or changing the tables. Default 60 s.</summary>
    public TimeSpan SchemaTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Connections of this process at most. Default 16; PostgreSQL allows 100 for all together unless told otherwise.</summary>
    public int ConnectionsMax { get; set; } = 16;

    /// <summary>Writes that may wait; further ones wait for a place. Default 1,000.</summary>
    public int WaitingWritesMax { get; set; } = 1_000;

    /// <summary>Writes that share one commit at most. Default 256.</summary>
    public int CommitWritesMax { get; set; } = 256;

    /// <summary>Events that share one commit at most, and so the most that are recorded at once. Default 10,000: half a second.</summary>
    public int CommitEventsMax { get; set; } = 10_000;

    /// <summary>Events read in one go. Default 1,000.</summary>
    public int ReadPageEvents { get; set; } = 1_000;

    /// <summary>Refuses what cannot work, in one sentence.</summary>
    /// <exception cref="InvalidOperationException">Says what is wrong.</exception>
    public void Check()
    {
        if (Connection.Length == 0)
            throw new InvalidOperationException("Store:Kind is Postgres, and Postgres:Connection does not say where it is");
        if (!SchemaName().IsMatch(Schema))
            throw new InvalidOperationException($"Postgres:Schema cannot be '{Schema}': lower-case letters, digits and underscores are needed, 54 at most");
        try
        {
            _ = new NpgsqlConnectionStringBuilder(Connection);
        }
        catch (ArgumentException)
        {
            // The text may hold a password, so it is not shown.
            throw new InvalidOperationException("Postgres:Connection is no connection string: Host=...;Port=...;Username=...;Database=... is needed");
        }
    }

    /// <summary>Whether a connection string holds a password.</summary>
    public static bool HasPassword(string connection) =>
        connection.Contains("password", StringComparison.OrdinalIgnoreCase) || connection.Contains("pwd", StringComparison.OrdinalIgnoreCase);

    /// <summary>What the connections of this process are made from.</summary>
    /// <exception cref="StoreUnavailableException">The password file cannot be read.</exception>
    public NpgsqlDataSource CreateDataSource() => CreateDataSource(ConnectionsMax);

    /// <summary>What further connections of this process are made from.</summary>
    /// <exception cref="StoreUnavailableException">The password file cannot be read.</exception>
    public NpgsqlDataSource CreateDataSource(int connectionsMax)
    {
        Check();
        var given = new NpgsqlConnectionStringBuilder(Connection);
        var milliseconds = (long)CommandTimeout.TotalMilliseconds;
        var idle = (int)DeadClientIdle.TotalSeconds;
        given.ApplicationName ??= "sametime";
        given.SearchPath = Schema;
        given.Timeout = Math.Max(1, (int)Math.Ceiling(ConnectTimeout.TotalSeconds));
        given.CommandTimeout = (int)Math.Ceiling(CommandTimeout.TotalSeconds) + 1; // the database gives up first, if it lives
        given.MaxPoolSize = connectionsMax;
        given.MaxAutoPrepare = 100; // the statements of this folder, and Marten's
        given.Enlist = false;

        // What the database keeps for a client that is gone (locks above all) it gives up after these times at the latest.
        given.Options = $"{given.Options} -c statement_timeout={milliseconds} -c idle_in_transaction_session_timeout={milliseconds}"
            + $" -c tcp_keepalives_idle={idle} -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3";
        if (FindPassword() is { } password)
            given.Password = password;
        return new NpgsqlDataSourceBuilder(given.ConnectionString).Build();
    }

    private string? FindPassword()
    {
        if (PasswordFile.Length == 0)
            return Password.Length == 0 ? null : Password;
        try
        {
            return File.ReadLines(PasswordFile).FirstOrDefault() ?? "";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException($"The password file {PasswordFile} cannot be read: {failure.Message}", failure);
        }
    }

    [GeneratedRegex("^[a-z_][a-z0-9_]{0,53}$")]
    private static partial Regex SchemaName();
}
