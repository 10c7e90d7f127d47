using Microsoft.Data.Sqlite;
using Sametime.Contracts.Providers;

namespace Sametime.Services.Providers.Sqlite;

/// <summary>One connection with its prepared statements. Used by one caller at a time. Parameters are $1, $2, ... in order.</summary>
internal sealed class SqliteSession : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _prepared = new(StringComparer.Ordinal); // one for each statement in this folder

    private SqliteSession(SqliteConnection connection) => _connection = connection;

    /// <summary>Opens the store's file; a writer makes it if need be.</summary>
    public static SqliteSession Open(SqliteStoreOptions options, bool isWriter) => Open(options.FilePath, options.BusyTimeout, isWriter);

    /// <summary>Opens a file; a writer makes it if need be.</summary>
    public static SqliteSession Open(string file, TimeSpan busyTimeout, bool isWriter)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Mode = isWriter ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite, // readers of a WAL write its index
            Pooling = false,
            DefaultTimeout = (int)Math.Ceiling(busyTimeout.TotalSeconds),
        }.ToString());
        try
        {
            connection.Open();
            var session = new SqliteSession(connection);
            session.Execute($"PRAGMA busy_timeout = {(int)busyTimeout.TotalMilliseconds}");
            session.Execute("PRAGMA synchronous = FULL");
            session.Execute(isWriter ? "PRAGMA secure_delete = ON" : "PRAGMA query_only = ON"); // what is deleted or replaced is overwritten
            return session;
        }
        catch (SqliteException failure)
        {
            connection.Dispose();
            throw Translate(failure);
        }
    }

    public int Execute(string sql, params ReadOnlySpan<object?> values) => Prepare(sql, values).ExecuteNonQuery();

    /// <summary>Executes what changes the file itself, and reads to the end what it answers.</summary>
    /// <exception cref="StoreException">It failed.</exception>
    public void Run(string sql)
    {
        try
        {
            using var rows = Query(sql);
            while (rows.Read())
            {
            }
        }
        catch (SqliteException failure)
        {
            throw Translate(failure);
        }
    }

    public SqliteDataReader Query(string sql, params ReadOnlySpan<object?> values) => Prepare(sql, values).ExecuteReader();

    /// <summary>The one number a statement yields; 0 for none.</summary>
    public long Number(string sql, params ReadOnlySpan<object?> values) =>
        Prepare(sql, values).ExecuteScalar() is long number ? number : 0;

    public List<T> List<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        using var rows = Query(sql, values);
        var list = new List<T>();
        while (rows.Read())
            list.Add(read(rows));
        return list;
    }

    public void Dispose()
    {
        foreach (var command in _prepared.Values)
            command.Dispose();
        _connection.Dispose();
    }

    /// <summary>SQLite's error as one of ours: damage, which lasts, or trouble, which may pass.</summary>
    public static StoreException Translate(SqliteException failure) => failure.SqliteErrorCode switch
    {
        SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB =>
            new StoreCorruptException($"The store is damaged or is no store of this program: {failure.Message}", failure),
        SQLitePCL.raw.SQLITE_FULL => new StoreUnavailableException("The disk of the store is full.", failure),
        SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED =>
            new StoreUnavailableException("Another process kept the store locked for too long.", failure),
        _ => new StoreUnavailableException($"The store does not answer: {failure.Message}", failure),
    };

    private SqliteCommand Prepare(string sql, ReadOnlySpan<object?> values)
    {
        if (!_prepared.TryGetValue(sql, out var command))
        {
            command = _connection.CreateCommand();
#pragma warning disable CA2100 // every statement is a constant of this folder; what varies is a parameter
            command.CommandText = sql;
#pragma warning restore CA2100
            for (var i = 1; i <= values.Length; i++)
                command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
            _prepared.Add(sql, command);
        }

        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }
}
