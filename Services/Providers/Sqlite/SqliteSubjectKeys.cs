using System.Globalization;
using Microsoft.Data.Sqlite;
using Sametime.Contracts.Providers;
using Sametime.Services.Providers.Subjects;

namespace Sametime.Services.Providers.Sqlite;

/// <summary>
/// The keys of persons in a file of their own beside the store's. Answers at once: the writer asks inside its transaction. What another
/// process changed is seen by the next question.
/// </summary>
internal sealed class SqliteSubjectKeys : ISubjectKeys, IDisposable
{
    private const int ApplicationId = 0x5361534b; // "SaSK"
    private const string Columns = "SELECT uid, lookup, name, key FROM subject";

    private readonly Lock _using = new();
    private readonly SqliteSession _session;
    private readonly SubjectSeal _seal;
    private readonly SubjectCache _cache;
    private readonly TimeProvider _time;
    private long _seen;

    private SqliteSubjectKeys(SqliteSession session, StoreKey key, SubjectOptions options, TimeProvider time)
    {
        (_session, _seal, _cache, _time, Options) = (session, new SubjectSeal(key), new SubjectCache(options, time), time, options);
        StoreId = session.List("SELECT id FROM key_store", static row => row.GetString(0)).Single();
        SubjectKeyCheck.Key(key, session.List("SELECT proof FROM key_store", static row => (byte[])row.GetValue(0)).Single());
    }

    /// <summary>Which store these keys are of.</summary>
    public string StoreId { get; }

    public SubjectOptions Options { get; }

    /// <summary>Opens the file, making it if need be.</summary>
    /// <exception cref="StoreException">It cannot be used, or was made with another store key.</exception>
    public static SqliteSubjectKeys Open(SqliteStoreOptions options, StoreKey key, SubjectOptions subjects, TimeProvider time)
    {
        StoreFolder.EnsureFile(options.SubjectsFilePath);
        var session = SqliteSession.Open(options.SubjectsFilePath, options.BusyTimeout, isWriter: true);
        try
        {
            Ensure(session, key);
            return new SqliteSubjectKeys(session, key, subjects, time);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>The subjects of names; those that there are none of are made, and are durable when this returns.</summary>
    public SubjectNames FindOrMake(IReadOnlyCollection<string> names) => Alone(() =>
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
        _session.Execute("BEGIN IMMEDIATE");
        try
        {
            foreach (var name in unknown)
                found[name] = Read(name) ?? Make(name);
            _session.Execute("COMMIT");
        }
        catch
        {
            _session.Execute("ROLLBACK");
            throw;
        }

        foreach (var name in unknown)
            _cache.Add(found[name]);
        return found;
    });

    /// <summary>The subjects of ids; one that nobody knows is as one that was erased.</summary>
    public Dictionary<SubjectId, Subject> Load(IReadOnlyCollection<SubjectId> ids) => Alone(() =>
    {
        var loaded = new Dictionary<SubjectId, Subject>();
        foreach (var id in ids)
        {
            if (_cache.Find(id) is not { } subject)
            {
                subject = _session.List($"{Columns} WHERE uid = $1", ToRow, id.Value) is [var row] ? _seal.Read(row) : Subject.Erased(id);
                _cache.Add(subject);
            }

            loaded[id] = subject;
        }

        return loaded;
    });

    /// <summary>The living subject of a name, or null.</summary>
    public Subject? Find(string name) => Alone(() => _cache.Find(name) ?? Read(name));

    public ValueTask<SubjectNames> FindOrMakeAsync(IReadOnlyCollection<string> names, CancellationToken stop) => ValueTask.FromResult(FindOrMake(names));

    public ValueTask<Subject?> FindAsync(string name, CancellationToken stop) => ValueTask.FromResult(Find(name));

    public ValueTask<IReadOnlyDictionary<SubjectId, Subject>> LoadAsync(IReadOnlyCollection<SubjectId> ids, CancellationToken stop) =>
        ValueTask.FromResult<IReadOnlyDictionary<SubjectId, Subject>>(Load(ids));

    public ValueTask EraseAsync(IReadOnlyCollection<SubjectId> ids, CancellationToken stop)
    {
        Alone(() =>
        {
            foreach (var id in ids)
            {
                _session.Execute("UPDATE subject SET lookup = NULL, name = NULL, key = NULL, erased_at = $2 WHERE uid = $1 AND key IS NOT NULL",
                    id.Value, _time.GetUtcNow().UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
            }

            _cache.Clear();
            return true;
        });
        return ValueTask.CompletedTask;
    }

    public void Dispose() => _session.Dispose();

    // What others commit is seen by a number that each connection can ask for without reading the file.
    private T Alone<T>(Func<T> work)
    {
        lock (_using)
        {
            try
            {
                var seen = _session.Number("PRAGMA data_version");
                if (seen != _seen)
                    _cache.Clear();
                _seen = seen;
                return work();
            }
            catch (SqliteException failure)
            {
                throw SqliteSession.Translate(failure);
            }
        }
    }

    private Subject? Read(string name) => _session.List($"{Columns} WHERE lookup = $1", ToRow, _seal.Lookup(name)) is [var row] ? _seal.Read(row) : null;

    private Subject Make(string name)
    {
        var row = _seal.Make(name);
        _session.Execute("INSERT INTO subject (uid, lookup, name, key) VALUES ($1, $2, $3, $4)", row.Id.Value, row.Lookup, row.Name, row.Key);
        return _seal.Read(row);
    }

    private static SubjectRow ToRow(SqliteDataReader row) =>
        new(new SubjectId(row.GetString(0)), row.GetValue(1) as byte[], row.GetValue(2) as byte[], row.GetValue(3) as byte[]);

    private static void Ensure(SqliteSession session, StoreKey key)
    {
        session.Execute("PRAGMA journal_mode = WAL");
        session.Execute("BEGIN IMMEDIATE");
        var application = session.Number("PRAGMA application_id");
        if (application == 0 && session.Number("SELECT count(*) FROM sqlite_schema") == 0)
        {
            session.Execute("""
                CREATE TABLE key_store (id TEXT NOT NULL, proof BLOB NOT NULL) STRICT;
                CREATE TABLE subject (uid TEXT PRIMARY KEY, lookup BLOB UNIQUE, name BLOB, key BLOB, erased_at TEXT) STRICT;
                """);
            session.Execute("INSERT INTO key_store (id, proof) VALUES ($1, $2)", SubjectSeal.NewId().Value, key.Check);
            session.Execute($"PRAGMA application_id = {ApplicationId}");
        }
        else if (application != ApplicationId)
        {
            throw new StoreCorruptException("The file subjects.db holds no keys of this program.");
        }

        session.Execute("COMMIT");
    }
}
