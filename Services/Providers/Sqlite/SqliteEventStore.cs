using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;

namespace Sametime.Services.Providers.Sqlite;

/// <summary>
/// Streams of events in one SQLite file (WAL, every commit synced), and the current values folded from them.
/// </summary>
internal sealed class SqliteEventStore : IEventStore, IEventLog, IAsyncDisposable
{
    private const string Columns =
        "position, stream, sequence, name, version, fields, hub, incarnation, occurred, recorded, correlation, causation";

    private readonly SqliteStoreOptions _options;
    private readonly SqliteWriter _writer;
    private readonly ConcurrentBag<SqliteSession> _idleReaders = [];
    private bool _isClosed;

    private SqliteEventStore(SqliteStoreOptions options, SqliteWriter writer) => (_options, _writer) = (options, writer);

    /// <summary>How many commits were made: a measure of how many writes shared one.</summary>
    public long Commits => _writer.Commits;

    /// <summary>Opens the store, making folder and file if need be.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="source">Written into each event.</param>
    /// <param name="time">When things happen.</param>
    /// <exception cref="StoreException">It cannot be opened, or is not ours.</exception>
    public static SqliteEventStore Open(SqliteStoreOptions options, EventSource source, TimeProvider time)
    {
        SqliteSession? session = null;
        try
        {
            StoreFolder.Ensure(options.DataDirectory);
            StoreFolder.EnsureFile(options.FilePath);
            session = SqliteSession.Open(options, isWriter: true);
            SqliteSchema.Ensure(session);
            return new SqliteEventStore(options, new SqliteWriter(session, options, source, time));
        }
        catch (Exception failure)
        {
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
        after => Read(session => session.List(
            $"SELECT {Columns} FROM event WHERE stream = $1 AND sequence > $2 ORDER BY sequence LIMIT $3",
            PlainEvent, stream.Value, after, _options.ReadPageEvents)),
        afterSequence, last => last.Envelope.Sequence, stop);

    public IAsyncEnumerable<StoredEvent> ReadAllAsync(long afterPosition, CancellationToken stop) =>
        ReadAsync(LogRange.All with { After = afterPosition }, EventView.Plain, stop);

    public IAsyncEnumerable<StoredEvent> ReadAsync(LogRange range, EventView view, CancellationToken stop) => ReadPagesAsync(
        after => Read(session => session.List(
            $"SELECT {Columns} FROM event WHERE position > $1 AND position <= $2 ORDER BY position LIMIT $3",
            row => ToEvent(row, view), after, range.To, _options.ReadPageEvents)),
        range.After, last => last.Position, stop);

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

    /// <summary>Folds the current values anew from all events, in one transaction. Answers how many events there were.</summary>
    public Task<long> RebuildAsync(CancellationToken stop) => _writer.WriteAsync(
        write =>
        {
            SqliteFolding.Clear(write.Session);
            using var rows = write.Session.Query($"SELECT {Columns} FROM event ORDER BY position");
            var count = 0L;
            for (; rows.Read(); count++)
            {
                var envelope = PlainEvent(rows).Envelope;
                if (!envelope.Stream.IsOfOneProcess)
                    SqliteFolding.Apply(write.Session, envelope.Payload);
            }

            return count;
        },
        stop);

    public async ValueTask DisposeAsync()
    {
        _isClosed = true;
        await _writer.DisposeAsync();
        while (_idleReaders.TryTake(out var session))
            session.Dispose();
    }

    /// <summary>Reads an event's fields as a fact.</summary>
    public static IEvent ToFact(string name, int version, string fields)
    {
        try
        {
            return EventCatalogue.Current.Read(new WrittenEvent(name, version, fields));
        }
        catch (JsonException damaged)
        {
            throw new StoreCorruptException($"A stored event {name} cannot be read: {damaged.Message}", damaged);
        }
    }

    private static RecordedAt ToRecorded(SqliteDataReader row) => new(row.GetInt64(0), new DateTimeOffset(row.GetInt64(1), TimeSpan.Zero));

    private static StoredEvent PlainEvent(SqliteDataReader row) => ToEvent(row, EventView.Plain);

    private static StoredEvent ToEvent(SqliteDataReader row, EventView view) => new(
        row.GetInt64(0),
        new EventEnvelope(
            Stream: new EventStreamName(row.GetString(1)),
            Sequence: row.GetInt64(2),
            Source: new EventSource((ushort)row.GetInt64(6), (uint)row.GetInt64(7)),
            Occurred: new DateTimeOffset(row.GetInt64(8), TimeSpan.Zero),
            Recorded: new DateTimeOffset(row.GetInt64(9), TimeSpan.Zero),
            Cause: new EventCause(row.IsDBNull(10) ? null : row.GetString(10), row.IsDBNull(11) ? null : row.GetString(11)),
            Payload: view == EventView.Plain
                ? ToFact(row.GetString(3), row.GetInt32(4), row.GetString(5))
                : throw new NotSupportedException("There are no keys of persons yet, and so no pseudonyms.")));

    private static async IAsyncEnumerable<StoredEvent> ReadPagesAsync(
        Func<long, List<StoredEvent>> readPage, long after, Func<StoredEvent, long> placeOf, [EnumeratorCancellation] CancellationToken stop)
    {
        while (true)
        {
            // A long read would hold the thread it started on; each page lets others have it.
            await Task.Yield();
            stop.ThrowIfCancellationRequested();
            var page = readPage(after);
            if (page.Count == 0)
                yield break;
            foreach (var stored in page)
                yield return stored;
            after = placeOf(page[^1]);
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
