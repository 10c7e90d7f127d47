using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Services.Providers.Links;
using Sametime.Services.Providers.Subjects;

namespace Sametime.Services.Providers.Sqlite;

/// <summary>
/// What a write may do inside its transaction: look at current values, and append facts, which are folded at once. Nobody else writes
/// meanwhile, in this process or another, so what is decided here is true when it is committed.
/// </summary>
internal sealed class SqliteWrite(SqliteSession session, SqliteSubjectKeys keys, EventLinks links, EventSource source, TimeProvider time)
{
    private readonly List<StoredEvent> _appended = [];
    private readonly Dictionary<EventStreamName, byte[]> _heads = [];

    public SqliteSession Session => session;

    public EventLinks Links => links;

    /// <summary>What was appended, in order.</summary>
    public IReadOnlyList<StoredEvent> Appended => _appended;

    /// <summary>Appends a fact that happens now, whatever the stream holds.</summary>
    public void Append(EventStreamName stream, IEvent fact) => Append(stream, ExpectedVersion.Any, [new NewEvent(fact, time.GetUtcNow())]);

    public void Append(EventStreamName stream, long expectedVersion, IReadOnlyList<NewEvent> events)
    {
        LogStreams.RequireOwn(stream);
        var facts = new SealedFacts(events.Select(added => added.Fact), stream.UserKey);
        var subjects = keys.FindOrMake(facts.Names);
        var written = facts.Seal(subjects);
        stream = UserStreams.FindClear(session, stream) ?? UserStreams.Of(stream, user => subjects[user])!.Value;
        var sequence = session.Number("SELECT max(sequence) FROM event WHERE stream = $1", stream.Value);
        if (expectedVersion != ExpectedVersion.Any && expectedVersion != sequence)
            throw new StreamVersionException(stream, expectedVersion, sequence);

        foreach (var (added, stored) in events.Zip(written))
        {
            var recorded = time.GetUtcNow();
            var envelope = new EventEnvelope(stream, ++sequence, source, added.Occurred, recorded, added.Cause, added.Fact);
            var position = Insert(envelope, stored);
            SqliteFolding.Apply(session, added.Fact);
            _appended.Add(new StoredEvent(position, envelope));
        }

        SaveHeads();
    }

    /// <summary>Records facts that other processes stated, but for those that are recorded already. Answers how many were new.</summary>
    public int Record(IReadOnlyList<EventEnvelope> stated)
    {
        var now = time.GetUtcNow();
        var facts = new SealedFacts(stated.Select(envelope => envelope.Payload));
        var count = stated.Zip(facts.Seal(keys.FindOrMake(facts.Names)))
            .Count(both => Insert(both.First with { Recorded = now < both.First.Occurred ? both.First.Occurred : now }, both.Second) != 0);
        SaveHeads();
        return count;
    }

    // 0 when there is an event of this number already.
    private long Insert(EventEnvelope envelope, WrittenEvent written)
    {
        if (!_heads.TryGetValue(envelope.Stream, out var head))
            head = SqliteLinks.Head(session, envelope.Stream);
        var link = links.Next(head, LinkedEvent.Of(envelope, written));
        var position = session.Number("""
            INSERT INTO event (stream, sequence, name, version, fields, hub, incarnation, occurred, recorded, correlation, causation, link)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (stream, sequence) DO NOTHING RETURNING position
            """,
            envelope.Stream.Value, envelope.Sequence, written.Name, written.Version, written.Json, (long)envelope.Source.Hub, (long)envelope.Source.Incarnation,
            envelope.Occurred.UtcTicks, envelope.Recorded.UtcTicks, envelope.Cause.Correlation, envelope.Cause.Causation, link);
        if (position == 0)
            return position;
        _heads[envelope.Stream] = link;
        SqliteChatFolding.Apply(session, SealedEvent.Of(position, envelope, written));
        return position;
    }

    private void SaveHeads()
    {
        foreach (var (stream, head) in _heads)
            SqliteLinks.SaveHead(session, links, stream, head);
    }
}
