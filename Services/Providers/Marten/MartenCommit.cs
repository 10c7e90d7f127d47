using Marten;
using Marten.Services;
using Npgsql;
using NpgsqlTypes;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers.Links;
using Sametime.Services.Providers.Subjects;

namespace Sametime.Services.Providers.Marten;

/// <summary>
/// One transaction that appends. It takes the locks of its streams first, in one order everywhere, so that what it then reads stays true
/// until it commits, and no process ever waits for another in a circle. Marten checks the stream's version all the same.
/// </summary>
internal sealed class MartenCommit : IAsyncDisposable
{
    private readonly MartenPart _part;
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;
    private readonly Dictionary<string, long> _versions = new(StringComparer.Ordinal);
    private readonly Dictionary<UserId, UserValues> _users = [];
    private readonly Dictionary<EventStreamName, List<EventEnvelope>> _appended = [];
    private readonly HashSet<(EventStreamName Stream, long Sequence)> _recorded = [];
    private readonly Dictionary<EventEnvelope, long> _positions = new(ReferenceEqualityComparer.Instance);

    // The newest links of streams, by their names as they are kept.
    private readonly Dictionary<string, byte[]> _heads = new(StringComparer.Ordinal);

    // The streams of users as they are kept; those of users of whom nothing was kept yet come with the commit.
    private readonly Dictionary<EventStreamName, EventStreamName> _kept = [];

    private readonly SecondAttempt.Attempt _attempt;

    private MartenCommit(MartenPart part, SecondAttempt.Attempt attempt, NpgsqlConnection connection, NpgsqlTransaction transaction) =>
        (_part, _attempt, _connection, _transaction) = (part, attempt, connection, transaction);

    /// <summary>Begins, takes the locks of the streams, and reads what the users have stored and which of the stated facts are recorded already.</summary>
    public static async Task<MartenCommit> BeginAsync(
        MartenPart part, SecondAttempt.Attempt attempt, IReadOnlyCollection<EventStreamName> streams, IReadOnlyCollection<UserId> users,
        IReadOnlyCollection<EventEnvelope> stated, CancellationToken stop)
    {
        var connection = await part.Source.OpenConnectionAsync(stop).ConfigureAwait(false);
        try
        {
            var transaction = await connection.BeginTransactionAsync(stop).ConfigureAwait(false);
            var commit = new MartenCommit(part, attempt, connection, transaction);
            while (!await commit.TryLoadAsync(streams, users, stated, stop).ConfigureAwait(false))
            {
                commit._kept.Clear();
                commit._recorded.Clear();
                commit._heads.Clear();
            }

            return commit;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>What a user has stored, with what this transaction adds.</summary>
    public UserValues ValuesOf(UserId user) => _users[user];

    /// <summary>A statement inside this transaction.</summary>
    public NpgsqlCommand CreateCommand(string sql, params ReadOnlySpan<object> values)
    {
#pragma warning disable CA2100 // constants of this folder
        var command = new NpgsqlCommand(sql, _connection, _transaction);
#pragma warning restore CA2100
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }

    /// <summary>Appends a fact that happens now, whatever the stream holds.</summary>
    public void Append(EventStreamName stream, IEvent fact) => Append(stream, ExpectedVersion.Any, [new NewEvent(fact, _part.Time.GetUtcNow())]);

    /// <exception cref="StreamVersionException">The stream has moved on; nothing was appended.</exception>
    public IReadOnlyList<EventEnvelope> Append(EventStreamName stream, long expectedVersion, IReadOnlyList<NewEvent> events)
    {
        var version = _versions.GetValueOrDefault(stream.Value);
        if (expectedVersion != ExpectedVersion.Any && expectedVersion != version)
            throw new StreamVersionException(stream, expectedVersion, version);
        var envelopes = events
            .Select(added => new EventEnvelope(stream, ++version, _part.EventSource, added.Occurred, _part.Time.GetUtcNow(), added.Cause, added.Fact))
            .ToList();
        Add(stream, envelopes);
        foreach (var fact in events.Select(added => added.Fact))
        {
            if (fact is UserStorageItemSaved { User: var saver } && _users.TryGetValue(saver, out var values))
                values.Apply(fact);
            else if (fact is PrivacyListSaved { User: var owner } && _users.TryGetValue(owner, out values))
                values.Apply(fact);
            else if (fact is UserRemoved { User: var removed } && _users.TryGetValue(removed, out values))
                values.Apply(fact);
        }

        return envelopes;
    }

    /// <summary>Records facts that other processes stated, but for those that are recorded already. Answers how many were new.</summary>
    public int Record(IReadOnlyList<EventEnvelope> stated)
    {
        var now = _part.Time.GetUtcNow();
        var count = 0;
        foreach (var ofStream in stated.Where(envelope => _recorded.Add((envelope.Stream, envelope.Sequence))).GroupBy(envelope => envelope.Stream))
        {
            var envelopes = ofStream.Select(envelope => envelope with { Recorded = now < envelope.Occurred ? envelope.Occurred : now }).ToList();
            Add(ofStream.Key, envelopes);
            count += envelopes.Count;
        }

        return count;
    }

    /// <summary>Where an event of this transaction lies in the whole log; known once it is committed.</summary>
    public StoredEvent Stored(EventEnvelope envelope) => new(_positions[envelope], envelope with { Stream = _kept.GetValueOrDefault(envelope.Stream, envelope.Stream) });

    /// <summary>Stores what was appended with the values folded from it, and ends when it is durable. False when there was nothing to store.</summary>
    public async Task<bool> CommitAsync(CancellationToken stop)
    {
        if (_appended.Count == 0)
            return false;
        await SealAsync(stop).ConfigureAwait(false);
        var stored = new List<(EventEnvelope Envelope, JasperFx.Events.IEvent Event)>();
        await using (var session = _part.Documents.LightweightSession(SessionOptions.ForTransaction(_transaction)))
        {
            foreach (var (stream, envelopes) in _appended)
            {
                var events = new List<object>();
                var name = _kept.GetValueOrDefault(stream, stream);
                var link = _heads.GetValueOrDefault(name.Value, EventLinks.Origin);
                foreach (var envelope in envelopes)
                {
                    var wrapped = session.Events.BuildEvent(envelope.Payload);
                    link = _part.Links.Next(link, LinkedEvent.Of(envelope with { Stream = name }, _part.Forms.Of(envelope.Payload)));
                    EventRows.Describe(wrapped, envelope, link);
                    stored.Add((envelope, wrapped));
                    events.Add(wrapped);
                    MartenChatFolding.Apply(session, SealedEvent.Of(0, envelope, _part.Forms.Of(envelope.Payload)));
                }

                session.Events.Append(name.Value, _versions[stream.Value], events);
                session.QueueSqlCommand(MartenLinks.SaveHead, name.Value, link, _part.Links.Head(name, link));
            }

            session.QueueSqlCommand("SELECT pg_notify(?, '')", MartenPart.NotifyChannel(_part.Options.Schema));
            await session.SaveChangesAsync(stop).ConfigureAwait(false);
        }

        await _attempt.CommitAsync(_transaction).ConfigureAwait(false);
        foreach (var (envelope, wrapped) in stored)
            _positions[envelope] = wrapped.Sequence;
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    private async Task SealAsync(CancellationToken stop)
    {
        var payloads = _appended.Values.SelectMany(envelopes => envelopes).Select(envelope => envelope.Payload).ToList();
        var users = _appended.Keys.Where(stream => !_kept.ContainsKey(stream)).ToList();
        var facts = new SealedFacts(payloads, users.Select(stream => stream.UserKey));
        var subjects = await _part.Keys.FindOrMakeAsync(facts.Names, stop).ConfigureAwait(false);
        foreach (var (fact, form) in payloads.Zip(facts.Seal(subjects)))
            _part.Forms.Add(fact, form);
        foreach (var stream in users)
        {
            if (stream.UserKey is { } user)
                _kept[stream] = EventStreamName.Subject(subjects[user].Id.Value);
        }
    }

    private void Add(EventStreamName stream, List<EventEnvelope> envelopes)
    {
        _versions[stream.Value] = _versions.GetValueOrDefault(stream.Value) + envelopes.Count;
        if (!_appended.TryGetValue(stream, out var known))
            _appended.Add(stream, known = []);
        known.AddRange(envelopes);
    }

    // False when somebody was erased, or first heard of, since the keys were read: then all of it is read again, under the locks that are
    // held now.
    private async Task<bool> TryLoadAsync(
        IReadOnlyCollection<EventStreamName> streams, IReadOnlyCollection<UserId> users, IReadOnlyCollection<EventEnvelope> stated, CancellationToken stop)
    {
        var schema = _part.Options.Schema;
        var locks = streams.Select(stream => StoreLocks.Stream(schema, stream)).Distinct().Order().ToArray();
        var keys = users.ToDictionary(MartenFolding.Key, StringComparer.Ordinal);
        var userStreams = streams.Where(stream => stream.UserKey is not null).ToList();
        var erasures = _part.Keys.SeenErasures;
        var kept = await FindKeptAsync(userStreams, stop).ConfigureAwait(false);
        foreach (var user in users)
            _users[user] = new UserValues();

        // Each statement sees what was committed before it began, so those behind the locks see the last writer's work.
        await using var batch = new NpgsqlBatch(_connection, _transaction);
        Ask("SELECT pg_advisory_xact_lock_shared($1)", StoreLocks.Appending(schema));
        Ask("SELECT pg_advisory_xact_lock(number) FROM unnest($1) AS number", locks);
        Ask(_part.Keys.Erasures);
        Ask("SELECT id FROM mt_streams WHERE id = ANY($1) AND EXISTS (SELECT 1 FROM sealing WHERE clear_until > 0)", userStreams.Select(stream => stream.Value).ToArray());
        Ask("SELECT id, version FROM mt_streams WHERE id = ANY($1)", streams.Select(stream => stream.Value).Concat(kept.Values.Select(stream => stream.Value)).ToArray());
        Ask(MartenLinks.HeadsOf, streams.Select(stream => stream.Value).Concat(kept.Values.Select(stream => stream.Value)).ToArray());
        Ask("SELECT user_key, item_key, length(value), sha256(value) FROM stored_value WHERE user_key = ANY($1)", keys.Keys.ToArray());
        Ask("SELECT user_key, fields FROM privacy_list WHERE user_key = ANY($1)", keys.Keys.ToArray());
        Ask(EventRows.AlreadyRecorded, stated.Select(envelope => envelope.Stream.Value).ToArray(), stated.Select(envelope => envelope.Sequence).ToArray());
        await using var rows = await batch.ExecuteReaderAsync(stop).ConfigureAwait(false);
        await rows.NextResultAsync(stop).ConfigureAwait(false);
        await rows.NextResultAsync(stop).ConfigureAwait(false);
        await rows.ReadAsync(stop).ConfigureAwait(false);
        var isOutdated = rows.GetInt64(0) != erasures;
        _part.Keys.Notice(rows.GetInt64(0));
        await rows.NextResultAsync(stop).ConfigureAwait(false);
        while (await rows.ReadAsync(stop).ConfigureAwait(false))
            kept[new EventStreamName(rows.GetString(0))] = new EventStreamName(rows.GetString(0));
        await rows.NextResultAsync(stop).ConfigureAwait(false);
        var versions = new Dictionary<string, long>(StringComparer.Ordinal);
        while (await rows.ReadAsync(stop).ConfigureAwait(false))
            versions[rows.GetString(0)] = rows.GetInt64(1);
        await rows.NextResultAsync(stop).ConfigureAwait(false);
        while (await rows.ReadAsync(stop).ConfigureAwait(false))
            _heads[rows.GetString(0)] = rows.GetFieldValue<byte[]>(1);
        await rows.NextResultAsync(stop).ConfigureAwait(false);
        while (await rows.ReadAsync(stop).ConfigureAwait(false))
            _users[keys[rows.GetString(0)]].Load((uint)rows.GetInt64(1), rows.GetInt32(2), rows.GetFieldValue<byte[]>(3));
        await rows.NextResultAsync(stop).ConfigureAwait(false);
        while (await rows.ReadAsync(stop).ConfigureAwait(false))
            _users[keys[rows.GetString(0)]].Load(rows.GetString(1));
        await rows.NextResultAsync(stop).ConfigureAwait(false);
        while (await rows.ReadAsync(stop).ConfigureAwait(false))
            _recorded.Add((new EventStreamName(rows.GetString(0)), rows.GetInt64(1)));

        foreach (var stream in streams)
            _versions[stream.Value] = versions.GetValueOrDefault(kept.GetValueOrDefault(stream, stream).Value);
        foreach (var (stream, name) in kept)
            _kept[stream] = name;
        await rows.DisposeAsync().ConfigureAwait(false);
        return !isOutdated && await AreNewAsync(userStreams.Where(stream => !kept.ContainsKey(stream)), stop).ConfigureAwait(false);

        void Ask(string sql, object? value = null, object? other = null)
        {
            var command = new NpgsqlBatchCommand(sql);
            if (value is not null)
                command.Parameters.Add(new NpgsqlParameter { Value = value });
            if (other is not null)
                command.Parameters.Add(new NpgsqlParameter { Value = other });
            batch.BatchCommands.Add(command);
        }
    }

    // Somebody else may have kept something of them while we waited for the lock.
    private async Task<bool> AreNewAsync(IEnumerable<EventStreamName> streams, CancellationToken stop)
    {
        foreach (var stream in streams)
        {
            if (await _part.Keys.FindAsync(stream.UserKey!, stop).ConfigureAwait(false) is not null)
                return false;
        }

        return true;
    }

    private async Task<Dictionary<EventStreamName, EventStreamName>> FindKeptAsync(List<EventStreamName> streams, CancellationToken stop)
    {
        var kept = new Dictionary<EventStreamName, EventStreamName>();
        foreach (var stream in streams)
        {
            if (await _part.Keys.FindAsync(stream.UserKey!, stop).ConfigureAwait(false) is { } subject)
                kept[stream] = EventStreamName.Subject(subject.Id.Value);
        }

        return kept;
    }
}
