using Npgsql;
using Sametime.Contracts.Providers;
using Sametime.Services.Providers.Subjects;

namespace Sametime.Services.Providers.Marten;

/// <summary>
/// The keys of persons on PostgreSQL, in a schema of their own beside the store's: a dump of the store's schema has no keys. The
/// connections are its own too, since it is asked by whoever holds one of the store's.
/// </summary>
internal sealed class PostgresSubjectKeys : ISubjectKeys, IAsyncDisposable
{
    private const int ConnectionsMax = 2;
    private const int LookupColumn = 1;

    private readonly NpgsqlDataSource _source;
    private readonly SubjectSeal _seal;
    private readonly SubjectCache _cache;
    private readonly string _columns;
    private readonly string _schema;
    private long _erasures;

    private PostgresSubjectKeys(NpgsqlDataSource source, string schema, StoreKey key, SubjectOptions options, TimeProvider time)
    {
        (_source, _schema, _seal, _cache, Options) = (source, schema, new SubjectSeal(key), new SubjectCache(options, time), options);
        _columns = $"SELECT uid, lookup, name, key FROM {schema}.subject";
        Erasures = $"SELECT number FROM {schema}.erasure";
    }

    /// <summary>Which store these keys are of.</summary>
    public string StoreId { get; private set; } = "";

    public SubjectOptions Options { get; }

    /// <summary>The question how many erasures there were; its answer is for <see cref="Notice"/>.</summary>
    public string Erasures { get; }

    /// <summary>Where the keys of a store lie.</summary>
    public static string SchemaOf(PostgresOptions options) => $"{options.Schema}_subjects";

    /// <summary>Opens the keys, making their tables if need be.</summary>
    /// <exception cref="StoreException">They cannot be used, or were made with another store key.</exception>
    public static async Task<PostgresSubjectKeys> OpenAsync(
        PostgresOptions options, StoreKey key, SubjectOptions subjects, TimeProvider time, CancellationToken stop, bool createTables = true)
    {
        var keys = new PostgresSubjectKeys(options.CreateDataSource(ConnectionsMax), SchemaOf(options), key, subjects, time);
        try
        {
            await keys.EnsureAsync(options, key, createTables, stop).ConfigureAwait(false);
            return keys;
        }
        catch (Exception failure)
        {
            await keys.DisposeAsync().ConfigureAwait(false);
            throw PostgresFault.Translate(failure);
        }
    }

    /// <summary>How many erasures there were when it was last noticed.</summary>
    public long SeenErasures => Interlocked.Read(ref _erasures);

    /// <summary>Forgets what it remembers when there were erasures since.</summary>
    public void Notice(long erasures)
    {
        if (erasures == SeenErasures)
            return;
        _cache.Clear(); // first, so that who sees the new number finds nothing old
        Interlocked.Exchange(ref _erasures, erasures);
    }

    public ValueTask<SubjectNames> FindOrMakeAsync(IReadOnlyCollection<string> names, CancellationToken stop) => RepeatableAsync(async () =>
    {
        var found = new SubjectNames();
        var unknown = new List<string>();
        foreach (var name in names)
        {
            if (_cache.Find(name) is { } known)
                found[name] = known;
            else
                unknown.Add(name);
        }

        if (unknown.Count == 0)
            return found;
        var stored = await FindStoredAsync(unknown, stop).ConfigureAwait(false);
        var missing = unknown.Where(name => !stored.ContainsKey(LookupText(name))).ToList();
        if (missing.Count > 0)
        {
            await MakeAsync(missing, stop).ConfigureAwait(false);
            stored = await FindStoredAsync(unknown, stop).ConfigureAwait(false); // another process may have made one first: his counts
        }

        foreach (var name in unknown)
        {
            found[name] = stored[LookupText(name)];
            _cache.Add(found[name]);
        }

        return found;
    });

    public ValueTask<Subject?> FindAsync(string name, CancellationToken stop) => RepeatableAsync(async () =>
    {
        var subject = _cache.Find(name) ?? (await FindStoredAsync([name], stop).ConfigureAwait(false)).Values.SingleOrDefault();
        if (subject is not null)
            _cache.Add(subject);
        return subject;
    });

    public ValueTask<IReadOnlyDictionary<SubjectId, Subject>> LoadAsync(IReadOnlyCollection<SubjectId> ids, CancellationToken stop) => RepeatableAsync(async () =>
    {
        var loaded = new Dictionary<SubjectId, Subject>();
        foreach (var id in ids)
            loaded[id] = _cache.Find(id) ?? Subject.Erased(id);
        string[] unknown = [.. ids.Where(id => _cache.Find(id) is null).Select(id => id.Value)];
        if (unknown.Length > 0)
        {
            foreach (var row in await AskAsync($"{_columns} WHERE uid = ANY($1)", stop, (object)unknown).ConfigureAwait(false))
                loaded[row.Id] = _seal.Read(row);
            foreach (var id in unknown)
                _cache.Add(loaded[new SubjectId(id)]);
        }

        return (IReadOnlyDictionary<SubjectId, Subject>)loaded;
    });

    public async ValueTask EraseAsync(IReadOnlyCollection<SubjectId> ids, CancellationToken stop)
    {
        await RepeatableAsync(async () =>
        {
            await using var batch = _source.CreateBatch();
            batch.BatchCommands.Add(new NpgsqlBatchCommand(
                $"UPDATE {_schema}.subject SET lookup = NULL, name = NULL, key = NULL, erased_at = now() WHERE uid = ANY($1) AND key IS NOT NULL")
            {
                Parameters = { new() { Value = ids.Select(id => id.Value).ToArray() } },
            });
            batch.BatchCommands.Add(new NpgsqlBatchCommand($"UPDATE {_schema}.erasure SET number = number + 1"));
            return await batch.ExecuteNonQueryAsync(stop).ConfigureAwait(false);
        }).ConfigureAwait(false);
        _cache.Clear();
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    // Whatever it is, it may be done twice: who is made twice keeps the key of the first time, and who is erased twice is erased.
    private async ValueTask<T> RepeatableAsync<T>(Func<Task<T>> work) => await SecondAttempt.OfRepeatableAsync(_source, work).ConfigureAwait(false);

    private string LookupText(string name) => Convert.ToHexString(_seal.Lookup(name));

    private async Task<Dictionary<string, Subject>> FindStoredAsync(List<string> names, CancellationToken stop)
    {
        var rows = await AskAsync($"{_columns} WHERE lookup = ANY($1)", stop, (object)names.Select(_seal.Lookup).ToArray()).ConfigureAwait(false);
        return rows.ToDictionary(row => Convert.ToHexString(row.Lookup!), _seal.Read, StringComparer.Ordinal);
    }

    private async Task MakeAsync(List<string> names, CancellationToken stop)
    {
        // In one order everywhere, so that two that make the same subjects do not wait for each other in a circle.
        var rows = names.Select(_seal.Make).OrderBy(row => Convert.ToHexString(row.Lookup!), StringComparer.Ordinal).ToList();
        await using var command = _source.CreateCommand(
            $"INSERT INTO {_schema}.subject (uid, lookup, name, key) SELECT * FROM unnest($1, $2, $3, $4) ON CONFLICT DO NOTHING");
        command.Parameters.Add(new NpgsqlParameter { Value = rows.Select(row => row.Id.Value).ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = rows.Select(row => row.Lookup!).ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = rows.Select(row => row.Name!).ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = rows.Select(row => row.Key!).ToArray() });
        await command.ExecuteNonQueryAsync(stop).ConfigureAwait(false);
    }

    private async Task<List<SubjectRow>> AskAsync(string sql, CancellationToken stop, params object[] values)
    {
#pragma warning disable CA2100 // constants of this file, and the name of the schema, which is letters and digits
        await using var command = _source.CreateCommand(sql);
#pragma warning restore CA2100
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        await using var rows = await command.ExecuteReaderAsync(stop).ConfigureAwait(false);
        var found = new List<SubjectRow>();
        while (await rows.ReadAsync(stop).ConfigureAwait(false))
            found.Add(new SubjectRow(new SubjectId(rows.GetString(0)), Bytes(LookupColumn), Bytes(LookupColumn + 1), Bytes(LookupColumn + 2)));
        return found;

        byte[]? Bytes(int column) => rows.IsDBNull(column) ? null : rows.GetFieldValue<byte[]>(column);
    }

    private async Task EnsureAsync(PostgresOptions options, StoreKey key, bool createTables, CancellationToken stop)
    {
        await using var connection = await _source.OpenConnectionAsync(stop).ConfigureAwait(false);
        if (!await ExistsAsync(connection, stop).ConfigureAwait(false))
        {
            if (!createTables)
            {
                throw new StoreUnavailableException(
                    $"The keys of persons are missing, which belong in schema {_schema}: restore them from their backup, or have sametime store init make them if there never were any.");
            }

            await MakeTablesAsync(connection, options, key, stop).ConfigureAwait(false);
        }

        await using var read = new NpgsqlCommand($"SELECT id, proof, (SELECT number FROM {_schema}.erasure) FROM {_schema}.key_store", connection);
        await using var rows = await read.ExecuteReaderAsync(stop).ConfigureAwait(false);
        await rows.ReadAsync(stop).ConfigureAwait(false);
        StoreId = rows.GetString(0);
        _erasures = rows.GetInt64(2);
        SubjectKeyCheck.Key(key, rows.GetFieldValue<byte[]>(1));
    }

    private async Task<bool> ExistsAsync(NpgsqlConnection connection, CancellationToken stop)
    {
        await using var exists = new NpgsqlCommand("SELECT to_regclass($1) IS NOT NULL", connection) { Parameters = { new() { Value = $"{_schema}.key_store" } } };
        return await exists.ExecuteScalarAsync(stop).ConfigureAwait(false) is true;
    }

    // Whoever comes second finds all of it. The lock is taken before the transaction, which else would not see the tables that another one
    // made while it waited.
    private async Task MakeTablesAsync(NpgsqlConnection connection, PostgresOptions options, StoreKey key, CancellationToken stop)
    {
        await ExecuteAsync(connection, $"SELECT pg_advisory_lock({StoreLocks.Schema(_schema)})", stop).ConfigureAwait(false);
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(stop).ConfigureAwait(false);
            if (await ExistsAsync(connection, stop).ConfigureAwait(false))
                return;
            await using (var schema = new NpgsqlCommand("SELECT to_regnamespace($1) IS NOT NULL", connection) { Parameters = { new() { Value = _schema } } })
            {
                if (await schema.ExecuteScalarAsync(stop).ConfigureAwait(false) is not true)
                    await ExecuteAsync(connection, $"CREATE SCHEMA {_schema}", stop).ConfigureAwait(false);
            }

            await ExecuteAsync(
                connection,
                $"""
                CREATE TABLE {_schema}.subject (uid text COLLATE "C" PRIMARY KEY, lookup bytea UNIQUE, name bytea, key bytea, erased_at timestamptz);
                CREATE TABLE {_schema}.erasure (number bigint NOT NULL);
                INSERT INTO {_schema}.erasure VALUES (1);
                CREATE TABLE {_schema}.key_store (id text NOT NULL, proof bytea NOT NULL)
                """,
                stop).ConfigureAwait(false);
            await ExecuteAsync(connection, $"INSERT INTO {_schema}.key_store (id, proof) VALUES ($1, $2)", stop, SubjectSeal.NewId().Value, key.Check).ConfigureAwait(false);
            await transaction.CommitAsync(stop).ConfigureAwait(false);
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new StoreUnavailableException(
                $"The user {new NpgsqlConnectionStringBuilder(options.Connection).Username} may not make the tables of schema {_schema}: "
                + "grant CREATE on the database, or have an administrator make the schema with this user as its owner.",
                refused);
        }
        finally
        {
            // A connection that broke took it along.
            if (connection.State == System.Data.ConnectionState.Open)
                await ExecuteAsync(connection, "SELECT pg_advisory_unlock_all()", CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken stop, params object[] values)
    {
#pragma warning disable CA2100 // constants of this file, and the name of the schema, which is letters and digits
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync(stop).ConfigureAwait(false);
    }
}
