using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;

namespace Sametime.Services.Providers.Sqlite;

/// <summary>
/// What a write may do inside its transaction: look at current values, and append facts, which are folded at once. Nobody else writes
/// meanwhile, in this process or another, so what is decided here is true when it is committed.
/// </summary>
internal sealed class SqliteWrite(SqliteSession session, EventSource source, TimeProvider time)
{
    private readonly List<StoredEvent> _appended = [];

    public SqliteSession Session => session;

    /// <summary>What was appended, in order.</summary>
    public IReadOnlyList<StoredEvent> Appended => _appended;

    /// <summary>Appends a fact that happens now, whatever the stream holds.</summary>
    public void Append(EventStreamName stream, IEvent fact) => Append(stream, ExpectedVersion.Any, [new NewEvent(fact, time.GetUtcNow())]);

    public void Append(EventStreamName stream, long expectedVersion, IReadOnlyList<NewEvent> events)
    {
        var sequence = session.Number("SELECT max(sequence) FROM event WHERE stream = $1", stream.Value);
        if (expectedVersion != ExpectedVersion.Any && expectedVersion != sequence)
            throw new StreamVersionException(stream, expectedVersion, sequence);

        foreach (var added in events)
        {
            var recorded = time.GetUtcNow();
            var written = EventCatalogue.Current.Write(added.Fact);
            var position = session.Number("""
                INSERT INTO event (stream, sequence, name, version, fields, hub, incarnation, occurred, recorded, correlation, causation)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING position
                """,
                stream.Value, ++sequence, written.Name, written.Version, written.Json, (long)source.Hub, (long)source.Incarnation,
                added.Occurred.UtcTicks, recorded.UtcTicks, added.Cause.Correlation, added.Cause.Causation);
            SqliteFolding.Apply(session, added.Fact);
            _appended.Add(new StoredEvent(position,
                new EventEnvelope(stream, sequence, source, added.Occurred, recorded, added.Cause, added.Fact)));
        }
    }
}
