using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Services.Providers.Links;
using Sametime.Services.Providers.Subjects;

namespace Sametime.Services.Providers.Sqlite;

/// <summary>
/// Streams of events in one SQLite file (WAL, every commit synced), and the current values folded from them.
/// </summary>
internal sealed class SqliteEventStore : IEventStore, IEventLog, IStoreCheck, IAsyncDisposable
{
    /// <summary>The columns that <see cref="ToSealed"/> reads.</summary>
    public const string Columns =
        "position, stream, sequence, name, version, fields, hub, incarnation, occurred, recorded, correlation, causation, link";

    private readonly SqliteStoreOptions _options;
    private readonly SqliteSubjectKeys _keys;
    private readonly EventLinks _links;
    private readonly SqliteWriter _writer;
    private readonly ConcurrentBag<SqliteSession> _idleReaders = [];
    private bool _isClosed;

    private SqliteEventStore(SqliteStoreOptions options, SqliteSubjectKeys keys, EventLinks links, SqliteWriter writer) =>
        (_options, _keys, _links, _writer) = (options, keys, links, writer);

    /// <summary>The keys of persons.</summary>
    public SqliteSubjectKeys Keys => _keys;

    /// <summary>Where it is.</summary>
    public SqliteStoreOptions Options => _options;

    /// <summary>How many commits were made: a measure of how many writes shared one.</summary>
    public long Commits => _writer.Commits;

    /// <summary>Opens the store.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="key">What the keys of persons are wrapped with, and events linked.</param>
    /// <param name="subjects">How they are kept at hand.</param>
    /// <param name="source">Written into each event.</param>
    /// <param name="time">When things happen.</param>
    /// <param name="createTables">Whether what is missing or older is made and changed; else a store that lacks anything is refused.</param>
    /// <exception cref="StoreException">It cannot be opened, or is not ours.</exception>
    public static SqliteEventStore Open(
        SqliteStoreOptions options, StoreKey key, SubjectOptions subjects, EventSource source, TimeProvider time, bool createTables = true)
    {
        SqliteSession? session = null;
        SqliteSubjectKeys? keys = null;
        try
        {
            StoreFolder.Ensure(options.DataDirectory);
            StoreFolder.EnsureFile(options.FilePath);
            session = SqliteSession.Open(options, isWriter: true);
            SqliteSchema.Ensure(session, createTables);
            keys = SqliteSubjectKeys.Open(options, key, subjects, time);
            SqliteSchema.Bind(session, keys.StoreId);
            var links = new EventLinks(key.Chain);
            return new SqliteEventStore(options, keys, links, new SqliteWriter(session, options, keys, links, source, time));
        }
        catch (Exception failure)
        {
            keys?.Dispose();
            session?.Dispose();
            throw failure switch
            {
                SqliteException sqlite => SqliteSession.Translate(sqlite),
                IOException or UnauthorizedAccessException => new StoreUnavailableException(
                    $"The data directory {options.DataDirectory} cannot be made or written: {failure.Message}", failure),
                _ => failure,
            };
        }
    }

    public async ValueTask<IReadOnlyList<StoredEvent>> AppendAsync(
        EventStreamName stream, long expectedVersion, IReadOnlyList<NewEvent> events, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfZero(events.Count);
        return await _writer.WriteAsync(
            write =>
            {
                write.Append(stream, expectedVersion, events);
                return write.Appended;
            },
            stop);
    }

    public async ValueTask<int> RecordAsync(IReadOnlyList<EventEnvelope> events, CancellationToken stop)
    {
        LogStreams.RequireStated(events, _options.CommitEventsMax);
        return events.Count == 0 ? 0 : await _writer.WriteAsync(write => write.Record(events), stop, events.Count);
    }

    /// <summary>Decides and appends in one transaction; ends when it is durable.</summary>
    public Task<T> WriteAsync<T>(Func<SqliteWrite, T> decide, CancellationToken stop) => _writer.WriteAsync(decide, stop);

    /// <summary>Reads current values, all as of one moment.</summary>
    public T Read<T>(Func<SqliteSession, T> read)
    {
        if (_isClosed)
            throw new StoreUnavailableException("The store is closed.");
        if (!_idleReaders.TryTake(out var session))
            session = SqliteSession.Open(_options, isWriter: false);
        try
        {
            session.Execute("BEGIN");
            var result = read(session);
            session.Execute("COMMIT");
            Return(session);
            return result;
        }
        catch (Exception failure)
        {
            session.Dispose();
            throw failure is SqliteException sqlite ? SqliteSession.Translate(sqlite) : failure;
        }
    }

    /// <summary>Ends at the next commit of this process, or after a while.</summary>
    public Task WaitForCommitAsync(TimeSpan atMost, TimeProvider time, CancellationToken stop) => _writer.WaitForCommitAsync(atMost, time, stop);

    public IAsyncEnumerable<StoredEvent> ReadStreamAsync(EventStreamName stream, long afterSequence, CancellationToken stop) => ReadPagesAsync(
        after => Read(session => (UserStreams.FindClear(session, stream) ?? UserStreams.Of(stream, _keys.Find)) is not { } stored ? [] : session.List(
            $"SELECT {Columns} FROM event WHERE stream = $1 AND sequence > $2 ORDER BY sequence LIMIT $3",
            ToSealed, stored.Value, after, _options.ReadPageEvents)),
        Reading.Plain, afterSequence, last => last.Envelope.Sequence, stop);

    public IAsyncEnumerable<StoredEvent> ReadAllAsync(long afterPosition, CancellationToken stop) =>
        ReadAsync(LogRange.All with { After = afterPosition }, EventView.Plain, stop);

    public IAsyncEnumerable<StoredEvent> ReadAsync(LogRange range, EventView view, CancellationToken stop)
    {
        if (view == EventView.Pseudonymous)
            ClearHistory.Refuse(Read(static session => session.Number("SELECT clear_until FROM sealing")));
        return ReadPagesAsync(
            after => Read(session => session.List(
                $"SELECT {Columns} FROM event WHERE position > $1 AND position <= $2 ORDER BY position LIMIT $3",
                ToSealed, after, range.To, _options.ReadPageEvents)),
            Reading.Of(view), range.After, last => last.Position, stop);
    }

    /// <summary>The events in which one of some persons appears, in order; what is others' in them is hidden.</summary>
    public IAsyncEnumerable<StoredEvent> ReadOfAsync(IReadOnlySet<SubjectId> persons, CancellationToken stop) => ReadPagesAsync(
        after => Read(session => session.List(
            $"""
            SELECT {Columns} FROM event WHERE position > $1 AND EXISTS (SELECT 1 FROM json_each($2) AS person WHERE instr(event.fields, person.value) > 0)
            ORDER BY position LIMIT $3
            """,
            ToSealed, after, PersonsJson(persons), _options.ReadPageEvents)),
        Reading.OfPersons(persons), 0, last => last.Position, stop);

    /// <summary>The events of some places, by stream and sequence, those that are there.</summary>
    public Dictionary<(EventStreamName Stream, long Sequence), StoredEvent> ReadAt(IReadOnlyCollection<(EventStreamName Stream, long Sequence)> places)
    {
        var found = Read(session => places
            .SelectMany(place => session.List($"SELECT {Columns} FROM event WHERE stream = $1 AND sequence = $2", ToSealed, place.Stream.Value, place.Sequence))
            .ToList());
        var persons = _keys.Load(SealedEvent.PersonsIn(found));
        return found.ToDictionary(stored => (stored.Stream, stored.Sequence), stored => stored.Open(persons, Reading.Plain));
    }

    public ValueTask<LogExtent> MeasureAsync(CancellationToken stop) => ValueTask.FromResult(Read(static session => new LogExtent(
        session.Number("SELECT min(position) FROM event"), session.Number("SELECT max(position) FROM event"))));

    public async ValueTask<long> PositionBeforeAsync(DateTimeOffset time, CancellationToken stop)
    {
        var from = await PositionSearch.LookBackFromAsync(await MeasureAsync(stop), time, position => ValueTask.FromResult(Read(session => session
            .List("SELECT position, recorded FROM event WHERE position >= $1 ORDER BY position LIMIT 1", ToRecorded, position)
            .Cast<RecordedAt?>().SingleOrDefault())));
        return Read(session => session.Number(
            "SELECT position FROM event WHERE position <= $1 AND recorded < $2 ORDER BY position DESC LIMIT 1", from, time.UtcTicks));
    }

    public async ValueTask<LinkReport> VerifyLinksAsync(Func<EventStreamName, bool>? takes, CancellationToken stop) =>
        await Task.Run(() => Read(session => SqliteLinks.Verify(session, _links, takes ?? (static _ => true), stop)), stop);

    public Task<IReadOnlyList<TableCheck>> CompareAsync(CancellationToken stop) => Task.Run(() => SqliteComparison.Run(this, stop), stop);

    public Task<long> LinkHistoryAsync(CancellationToken stop) => _writer.WriteAsync(write => SqliteLinks.LinkHistory(write.Session, _links), stop);

    /// <summary>Folds the current values anew from all events, in one transaction. Answers how many events there were.</summary>
    public Task<long> RebuildAsync(CancellationToken stop) => _writer.WriteAsync(
        write =>
        {
            SqliteFolding.Clear(write.Session);
            using var rows = write.Session.Query($"SELECT {Columns} FROM event ORDER BY position");
            var count = 0L;
            for (; rows.Read(); count++)
            {
                var stored = ToSealed(rows);
                if (!stored.Stream.IsOfOneProcess)
                    SqliteFolding.Apply(write.Session, ToFact(stored.Written));
                SqliteChatFolding.Apply(write.Session, stored);
            }

            return count;
        },
        stop);

    /// <summary>Seals what an earlier version wrote in the clear. Answers how many events.</summary>
    public Task<long> SealHistoryAsync(CancellationToken stop) => SqliteHistory.SealAsync(this, _options.ReadPageEvents, stop);

    public async ValueTask DisposeAsync()
    {
        _isClosed = true;
        await _writer.DisposeAsync();
        while (_idleReaders.TryTake(out var session))
            session.Dispose();
        _keys.Dispose();
    }

    /// <summary>A stored event as a fact with all that is personal.</summary>
    public IEvent ToFact(WrittenEvent stored)
    {
        var persons = new HashSet<SubjectId>();
        SealedToken.CollectIds(stored.Json, persons);
        return SealedEvent.Open(stored, _keys.Load(persons), Reading.Plain);
    }

    private static RecordedAt ToRecorded(SqliteDataReader row) => new(row.GetInt64(0), new DateTimeOffset(row.GetInt64(1), TimeSpan.Zero));

    private static string PersonsJson(IReadOnlySet<SubjectId> persons) => $"[{string.Join(',', persons.Select(person => $"\"{person}\""))}]";

    public static SealedEvent ToSealed(SqliteDataReader row) => new(
        Position: row.GetInt64(0),
        Stream: new EventStreamName(row.GetString(1)),
        Sequence: row.GetInt64(2),
        Source: new EventSource((ushort)row.GetInt64(6), (uint)row.GetInt64(7)),
        Occurred: new DateTimeOffset(row.GetInt64(8), TimeSpan.Zero),
        Recorded: new DateTimeOffset(row.GetInt64(9), TimeSpan.Zero),
        Cause: new EventCause(row.IsDBNull(10) ? null : row.GetString(10), row.IsDBNull(11) ? null : row.GetString(11)),
        Written: new WrittenEvent(row.GetString(3), row.GetInt32(4), row.GetString(5)))
    {
        Link = row.IsDBNull(12) ? null : row.GetFieldValue<byte[]>(12),
    };

    private async IAsyncEnumerable<StoredEvent> ReadPagesAsync(
        Func<long, List<SealedEvent>> readPage, Reading reading, long after, Func<StoredEvent, long> placeOf, [EnumeratorCancellation] CancellationToken stop)
    {
        while (true)
        {
            // A long read would hold the thread it started on; each page lets others have it.
            await Task.Yield();
            stop.ThrowIfCancellationRequested();
            var page = readPage(after);
            if (page.Count == 0)
                yield break;
            var persons = _keys.Load(SealedEvent.PersonsIn(page));
            foreach (var stored in page)
            {
                var opened = stored.Open(persons, reading);
                yield return opened;
                after = placeOf(opened);
            }
        }
    }

    private void Return(SqliteSession session)
    {
        if (_isClosed || _idleReaders.Count >= _options.IdleReadersMax)
            session.Dispose();
        else
            _idleReaders.Add(session);
    }
}
