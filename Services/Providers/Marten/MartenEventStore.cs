using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using JasperFx;
using JasperFx.Events;
using JasperFx.Events.Projections;
using Marten;
using Marten.Services;
using Npgsql;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Services.Providers.Links;
using Sametime.Services.Providers.Subjects;
using IEventStore = Sametime.Contracts.Providers.IEventStore;

namespace Sametime.Services.Providers.Marten;

/// <summary>
/// Streams of events on PostgreSQL, stored by Marten, and the current values folded from them in the same transaction. Any number of
/// processes on any number of machines may use it at once: nothing is remembered between two questions, so each sees what all have written.
/// </summary>
internal sealed class MartenEventStore : IEventStore, IEventLog, IStoreCheck, IAsyncDisposable
{
    private readonly MartenPart _part;
    private readonly MartenWriter _writer;
    private readonly FinalEvents _final;
    private volatile bool _isClosed;

    private MartenEventStore(MartenPart part) => (_part, _writer, _final) = (part, new MartenWriter(part), new FinalEvents(part));

    /// <summary>How many commits the writer made: a measure of how many writes shared one.</summary>
    public long Commits => _writer.Commits;

    public MartenPart Part => _part;

    /// <summary>Opens the store.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="key">What the keys of persons are wrapped with, and events linked.</param>
    /// <param name="subjects">How they are kept at hand.</param>
    /// <param name="source">Written into each event.</param>
    /// <param name="time">When things happen.</param>
    /// <param name="stop">Gives up.</param>
    /// <param name="createTables">Whether tables that are missing or older are made and changed; else a store that lacks any is refused.</param>
    /// <exception cref="StoreException">It cannot be reached or used; the message says why.</exception>
    public static async Task<MartenEventStore> OpenAsync(
        PostgresOptions options, StoreKey key, SubjectOptions subjects, EventSource source, TimeProvider time, CancellationToken stop, bool createTables = true)
    {
        var connections = options.CreateDataSource();
        var forms = new SealedForms();
        var documents = DocumentStore.For(marten => Configure(marten, options, connections, forms));
        PostgresSubjectKeys? keys = null;
        try
        {
            if (createTables)
                await MartenSchema.EnsureAsync(connections, documents, options, stop).ConfigureAwait(false);
            else
                await MartenSchema.RequireAsync(connections, options, stop).ConfigureAwait(false);
            keys = await PostgresSubjectKeys.OpenAsync(options, key, subjects, time, stop, createTables).ConfigureAwait(false);
            await MartenSchema.BindAsync(connections, keys.StoreId, stop).ConfigureAwait(false);
            return new MartenEventStore(new MartenPart(options, connections, documents, keys, new EventLinks(key.Chain), forms, source, time));
        }
        catch (Exception failure)
        {
            if (keys is not null)
                await keys.DisposeAsync().ConfigureAwait(false);
            documents.Dispose();
            await connections.DisposeAsync().ConfigureAwait(false);
            throw PostgresFault.Translate(failure);
        }
    }

    public async ValueTask<IReadOnlyList<StoredEvent>> AppendAsync(
        EventStreamName stream, long expectedVersion, IReadOnlyList<NewEvent> events, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfZero(events.Count);
        LogStreams.RequireOwn(stream);
        return await _writer.WriteAsync(
            StreamsOf(stream, events.Select(added => added.Fact)), user: null,
            commit => commit.Append(stream, expectedVersion, events),
            IReadOnlyList<StoredEvent> (commit, appended) => [.. appended.Select(commit.Stored)],
            stop).ConfigureAwait(false);
    }

    public async ValueTask<int> RecordAsync(IReadOnlyList<EventEnvelope> events, CancellationToken stop)
    {
        LogStreams.RequireStated(events, _part.Options.CommitEventsMax);
        if (events.Count == 0)
            return 0;
        var streams = events.Select(stated => stated.Stream).Distinct().ToList();
        return await _writer.WriteAsync(streams, user: null, commit => commit.Record(events), static (_, count) => count, stop, events).ConfigureAwait(false);
    }

    /// <summary>Decides and appends in a transaction that it shares with others; ends when it is durable.</summary>
    public Task<T> WriteAsync<T>(Contracts.Wire.UserId user, Func<MartenCommit, T> decide, CancellationToken stop) =>
        _writer.WriteAsync([EventStreamName.User(user)], user, decide, static (_, decided) => decided, stop);

    /// <summary>Decides and appends in a transaction of its own, in which it may ask further questions.</summary>
    public async Task<T> WriteAloneAsync<T>(IReadOnlyList<EventStreamName> streams, Func<MartenCommit, Task<T>> decide, CancellationToken stop)
    {
        ThrowIfClosed();
        return await SecondAttempt.OfTransactionAsync(_part.Source, async attempt =>
        {
            await using var commit = await MartenCommit.BeginAsync(_part, attempt, streams, [], [], stop).ConfigureAwait(false);
            var decided = await decide(commit).ConfigureAwait(false);
            await commit.CommitAsync(stop).ConfigureAwait(false);
            return decided;
        }).ConfigureAwait(false);
    }

    /// <summary>Asks one question, or makes one change that comes to the same when it is made twice.</summary>
    public async Task<List<T>> QueryAsync<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken stop, params object[] values)
    {
        ThrowIfClosed();
        return await SecondAttempt.OfRepeatableAsync(_part.Source, async () =>
        {
#pragma warning disable CA2100 // every statement is a constant of this folder; what varies is a parameter
            await using var command = _part.Source.CreateCommand(sql);
#pragma warning restore CA2100
            foreach (var value in values)
                command.Parameters.Add(new NpgsqlParameter { Value = value });
            await using var rows = await command.ExecuteReaderAsync(stop).ConfigureAwait(false);
            var list = new List<T>();
            while (await rows.ReadAsync(stop).ConfigureAwait(false))
                list.Add(read(rows));
            return list;
        }).ConfigureAwait(false);
    }

    public IAsyncEnumerable<StoredEvent> ReadStreamAsync(EventStreamName stream, long afterSequence, CancellationToken stop) => ReadPagesAsync(
        async after =>
        {
            if (await FindStoredAsync(stream, stop).ConfigureAwait(false) is not { } stored)
                return ([], after);
            var sql = stream.IsOfOneProcess ? EventRows.OfStatedStream : EventRows.OfStream;
            var page = await EventRows.ReadAsync(_part, sql, Reading.Plain, stop, stored.Value, after, _part.Options.ReadPageEvents).ConfigureAwait(false);
            return (page, page.Count > 0 ? page[^1].Envelope.Sequence : after);
        },
        afterSequence, stop);

    public IAsyncEnumerable<StoredEvent> ReadAllAsync(long afterPosition, CancellationToken stop) =>
        ReadAsync(LogRange.All with { After = afterPosition }, EventView.Plain, stop);

    public IAsyncEnumerable<StoredEvent> ReadAsync(LogRange range, EventView view, CancellationToken stop)
    {
        var mayHaveNames = view == EventView.Pseudonymous;
        return ReadPagesAsync(
            async after =>
            {
                if (mayHaveNames)
                    ClearHistory.Refuse(await ClearUntilAsync(stop).ConfigureAwait(false));
                mayHaveNames = false;
                return await _final.ReadAsync(range with { After = after }, Reading.Of(view), stop).ConfigureAwait(false);
            },
            range.After, stop);
    }

    /// <summary>The events in which one of some persons appears, in order; what is others' in them is hidden.</summary>
    public IAsyncEnumerable<StoredEvent> ReadOfAsync(IReadOnlySet<SubjectId> persons, CancellationToken stop) => ReadPagesAsync(
        async after =>
        {
            var page = await EventRows.ReadAsync(
                _part, EventRows.OfPersons, Reading.OfPersons(persons), stop,
                after, persons.Select(person => $"%{person}%").ToArray(), _part.Options.ReadPageEvents).ConfigureAwait(false);
            return (page, page.Count > 0 ? page[^1].Position : after);
        },
        0, stop);

    /// <summary>Position up to which events may lie here in the clear; 0 when there are none.</summary>
    public async Task<long> ClearUntilAsync(CancellationToken stop) =>
        (await QueryAsync("SELECT clear_until FROM sealing", static row => row.GetInt64(0), stop).ConfigureAwait(false)).SingleOrDefault();

    /// <summary>The events of some places, by stream and sequence, those that are there.</summary>
    public async Task<Dictionary<(EventStreamName Stream, long Sequence), StoredEvent>> ReadAtAsync(
        IReadOnlyCollection<(EventStreamName Stream, long Sequence)> places, CancellationToken stop)
    {
        ThrowIfClosed();
        var found = await SecondAttempt.OfRepeatableAsync(_part.Source, () => EventRows.ReadAsync(
            _part, EventRows.OfPlaces, Reading.Plain, stop,
            places.Select(place => place.Stream.Value).ToArray(), places.Select(place => place.Sequence).ToArray())).ConfigureAwait(false);
        return found.ToDictionary(stored => (stored.Envelope.Stream, stored.Envelope.Sequence));
    }

    public async ValueTask<LogExtent> MeasureAsync(CancellationToken stop) => (await QueryAsync(
        $"""
        SELECT coalesce((SELECT min(seq_id) FROM mt_events WHERE {EventRows.AreEvents}), 0),
               coalesce((SELECT max(seq_id) FROM mt_events WHERE {EventRows.AreEvents}), 0)
        """,
        static row => new LogExtent(row.GetInt64(0), row.GetInt64(1)), stop).ConfigureAwait(false))[0];

    public async ValueTask<long> PositionBeforeAsync(DateTimeOffset time, CancellationToken stop)
    {
        var from = await PositionSearch.LookBackFromAsync(
            await MeasureAsync(stop).ConfigureAwait(false), time, async position => (await QueryAsync(
                $"SELECT seq_id, headers ->> 'recorded' FROM mt_events WHERE seq_id >= $1 AND {EventRows.AreEvents} ORDER BY seq_id LIMIT 1",
                static row => new RecordedAt(row.GetInt64(0), DateTimeOffset.Parse(row.GetString(1), CultureInfo.InvariantCulture)),
                stop, position).ConfigureAwait(false)).Cast<RecordedAt?>().SingleOrDefault()).ConfigureAwait(false);
        return (await QueryAsync(
            $"SELECT seq_id FROM mt_events WHERE seq_id <= $1 AND {EventRows.RecordedText} < $2 AND {EventRows.AreEvents} ORDER BY seq_id DESC LIMIT 1",
            static row => row.GetInt64(0), stop, from, EventRows.Text(time)).ConfigureAwait(false)).SingleOrDefault();
    }

    public async ValueTask<LinkReport> VerifyLinksAsync(Func<EventStreamName, bool>? takes, CancellationToken stop) =>
        await SecondAttempt.OfRepeatableAsync(_part.Source, () => new MartenLinks(_part).VerifyAsync(takes ?? (static _ => true), stop)).ConfigureAwait(false);

    public Task<IReadOnlyList<TableCheck>> CompareAsync(CancellationToken stop) =>
        SecondAttempt.OfRepeatableAsync(_part.Source, () => MartenComparison.RunAsync(_part, stop));

    public Task<long> LinkHistoryAsync(CancellationToken stop) =>
        SecondAttempt.OfTransactionAsync(_part.Source, attempt => new MartenLinks(_part).LinkHistoryAsync(attempt, stop));

    /// <summary>Folds the current values anew from all events, in one transaction, in which nobody else appends. Answers how many events there were.</summary>
    public async Task<long> RebuildAsync(CancellationToken stop)
    {
        ThrowIfClosed();
        await using var connection = await _part.Source.OpenConnectionAsync(stop);
        await using var transaction = await connection.BeginTransactionAsync(stop);
        await using (var alone = new NpgsqlCommand("SELECT pg_advisory_xact_lock($1)", connection, transaction))
        {
            alone.Parameters.Add(new NpgsqlParameter { Value = StoreLocks.Appending(_part.Options.Schema) });
            await alone.ExecuteNonQueryAsync(stop);
        }

        await using var session = _part.Documents.LightweightSession(SessionOptions.ForTransaction(transaction));
        foreach (var table in MartenSchema.FoldedTables)
            session.QueueSqlCommand($"DELETE FROM {table}");
        var count = 0L;
        await foreach (var stored in ReadAllAsync(0, stop))
        {
            if (!stored.Envelope.Stream.IsOfOneProcess)
                MartenFolding.Apply(session, stored.Envelope.Payload);
            if (++count % _part.Options.ReadPageEvents == 0)
                await session.SaveChangesAsync(stop);
        }

        await session.SaveChangesAsync(stop);
        await RebuildChatsAsync(session, stop);
        await transaction.CommitAsync(stop);
        return count;
    }

    /// <summary>Seals what an earlier version wrote in the clear. Answers how many events.</summary>
    public Task<long> SealHistoryAsync(CancellationToken stop) => PostgresFault.TranslatedAsync(() => MartenHistory.SealAsync(this, stop));

    // By the sealed events, since persons who were erased keep their opaque ids there.
    private async Task RebuildChatsAsync(IDocumentSession session, CancellationToken stop)
    {
        for (var after = 0L; ;)
        {
            var page = await EventRows.ReadSealedAsync(_part, EventRows.OfChats, stop, after, _part.Options.ReadPageEvents).ConfigureAwait(false);
            if (page.Count == 0)
                return;
            foreach (var stored in page.Select(place => place.Event).OfType<SealedEvent>())
                MartenChatFolding.Apply(session, stored);
            await session.SaveChangesAsync(stop).ConfigureAwait(false);
            after = page[^1].Position;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _isClosed = true;
        await _writer.DisposeAsync();
        _part.Documents.Dispose();
        await _part.Keys.DisposeAsync();
        await _part.Source.DisposeAsync();
    }

    // Under its opaque id, or in the clear as long as an earlier version's history is not sealed; null when nothing was ever kept of its user.
    private async Task<EventStreamName?> FindStoredAsync(EventStreamName stream, CancellationToken stop)
    {
        if (stream.UserKey is not { } user)
            return stream;
        var (isClear, erasures) = (await QueryAsync(
            $"SELECT EXISTS (SELECT 1 FROM mt_streams WHERE id = $1) AND EXISTS (SELECT 1 FROM sealing WHERE clear_until > 0), ({_part.Keys.Erasures})",
            static row => (row.GetBoolean(0), row.GetInt64(1)), stop, stream.Value).ConfigureAwait(false))[0];
        if (isClear)
            return stream;
        _part.Keys.Notice(erasures);
        return await _part.Keys.FindAsync(user, stop).ConfigureAwait(false) is { } subject ? EventStreamName.Subject(subject.Id.Value) : null;
    }

    // Who removes a user also removes what he stored, so he waits for whoever is storing it.
    private static List<EventStreamName> StreamsOf(EventStreamName stream, IEnumerable<Contracts.Events.IEvent> facts) =>
        [stream, .. facts.OfType<UserRemoved>().Select(removed => EventStreamName.User(removed.User))];

    private static void Configure(StoreOptions marten, PostgresOptions options, NpgsqlDataSource connections, SealedForms forms)
    {
        marten.Connection(connections);
        marten.DisableNpgsqlLogging = true;
        marten.DatabaseSchemaName = options.Schema;
        marten.AutoCreateSchemaObjects = AutoCreate.None; // MartenSchema makes the tables, once
        marten.UseSystemTextJsonForSerialization(configure: json => json.Converters.Add(new FactJson(forms)));
        marten.ConfigurePolly(_ => { }); // our transaction would be gone at a second attempt; the caller tries again

        marten.Events.StreamIdentity = StreamIdentity.AsString;
        marten.Events.AppendMode = EventAppendMode.Quick;
        marten.Events.MetadataConfig.HeadersEnabled = true;
        marten.Events.MetadataConfig.CorrelationIdEnabled = true;
        marten.Events.MetadataConfig.CausationIdEnabled = true;
        foreach (var (fact, name) in FactJson.Types)
            marten.Events.MapEventType(fact, name);
        marten.Events.MapEventType<UnknownEvent>(FactJson.Unknown);
        marten.Projections.Add(new MartenFolding(), ProjectionLifecycle.Inline);

        // The default, a lock that does not survive the pooled connections of a data source, lets no daemon ever lead.
        marten.Events.UseAdvisoryLockTransaction = true;
    }

    private async IAsyncEnumerable<StoredEvent> ReadPagesAsync(
        Func<long, Task<(List<StoredEvent> Events, long Last)>> readPage, long after, [EnumeratorCancellation] CancellationToken stop)
    {
        while (true)
        {
            ThrowIfClosed();
            stop.ThrowIfCancellationRequested();
            var (page, last) = await SecondAttempt.OfRepeatableAsync(_part.Source, () => readPage(after)).ConfigureAwait(false);
            if (last == after)
                yield break;
            foreach (var stored in page)
                yield return stored;
            after = last;
        }
    }

    private void ThrowIfClosed()
    {
        if (_isClosed)
            throw new StoreUnavailableException("The store is closed.");
    }
}
