using System.Globalization;
using System.Text.Json;
using Npgsql;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Services.Providers.Subjects;

namespace Sametime.Services.Providers.Marten;

/// <summary>
/// Events as Marten's table holds them. What the envelope knows beyond Marten's own columns lies in <c>headers</c>: hub and incarnation
/// of the source, and both times to the last digit. Read by plain statements, which cost a fraction of Marten's way and keep events whose
/// name this program does not know. After an append that failed Marten puts a mark of its own in the places it had taken: that is no event.
/// </summary>
internal static class EventRows
{
    public const string OfStream =
        $"SELECT {Columns} FROM mt_events WHERE stream_id = $1 AND version > $2 ORDER BY version LIMIT $3";

    /// <summary>The same of a stream that one process numbers: not in the order of its numbers, perhaps, and not all of them.</summary>
    public const string OfStatedStream =
        $"SELECT {Columns} FROM mt_events WHERE stream_id = $1 AND {Number} IS NOT NULL AND {Number} > $2 ORDER BY {Number} LIMIT $3";

    public const string OfRange = $"SELECT {Columns} FROM mt_events WHERE seq_id > $1 AND seq_id <= $2 ORDER BY seq_id LIMIT $3";

    /// <summary>Of some events of streams that processes number, by stream and sequence, those that are there.</summary>
    public const string AlreadyRecorded = $"""
        SELECT e.stream_id, {Number} FROM unnest($1, $2) AS stated (stream, number)
        JOIN mt_events e ON e.stream_id = stated.stream AND {Number} = stated.number WHERE {Number} IS NOT NULL
        """;

    /// <summary>The number that its process gave an event; null for those of streams that the store numbers.</summary>
    public const string Number = "((headers ->> 'sequence')::bigint)";

    /// <summary>When an event was written down, as text that sorts like the time.</summary>
    public const string RecordedText = "(headers ->> 'recorded') COLLATE \"C\"";

    /// <summary>Which rows are events.</summary>
    public const string AreEvents = "type <> 'tombstone'";

    private const string Columns = "seq_id, stream_id, version, type, data::text, headers::text, correlation_id, causation_id";

    /// <summary>Events in which one of some persons appears.</summary>
    public const string OfPersons = $"SELECT {Columns} FROM mt_events WHERE seq_id > $1 AND data::text LIKE ANY($2) ORDER BY seq_id LIMIT $3";

    /// <summary>The events of some places, by stream and sequence, whoever numbers the stream.</summary>
    public const string OfPlaces = $"""
        SELECT {Columns} FROM unnest($1, $2) AS wanted (stream, number) JOIN mt_events ON stream_id = wanted.stream AND {Number} = wanted.number
        WHERE {Number} IS NOT NULL
        UNION ALL
        SELECT {Columns} FROM unnest($1, $2) AS wanted (stream, number) JOIN mt_events ON stream_id = wanted.stream AND version = wanted.number
        WHERE {Number} IS NULL
        """;

    /// <summary>The events that are folded into the tables of conversations.</summary>
    public const string OfChats =
        $"SELECT {Columns} FROM mt_events WHERE seq_id > $1 AND (stream_id LIKE 'chat-%' OR stream_id LIKE 'interrupted-%') ORDER BY seq_id LIMIT $2";

    private const string Mark = "tombstone";

    private const string Sequence = "sequence";
    private const string Link = "link";
    private const string Hub = "hub";
    private const string Incarnation = "incarnation";
    private const string Occurred = "occurred";
    private const string Recorded = "recorded";
    private const string Name = "name";

    /// <summary>Writes what the envelope knows into an event that Marten is to store.</summary>
    public static void Describe(JasperFx.Events.IEvent stored, EventEnvelope envelope, byte[] link)
    {
        stored.SetHeader(Hub, (int)envelope.Source.Hub);
        stored.SetHeader(Incarnation, (long)envelope.Source.Incarnation);
        stored.SetHeader(Occurred, Text(envelope.Occurred));
        stored.SetHeader(Recorded, Text(envelope.Recorded));
        if (envelope.Stream.IsOfOneProcess)
            stored.SetHeader(Sequence, envelope.Sequence);
        stored.SetHeader(Link, Convert.ToBase64String(link));
        stored.CorrelationId = envelope.Cause.Correlation;
        stored.CausationId = envelope.Cause.Causation;
        if (envelope.Payload is UnknownEvent unknown)
            stored.SetHeader(Name, FactJson.StoredName(unknown.Name, unknown.Version)); // Marten has one name for all of this type
    }

    /// <summary>A time as it is stored.</summary>
    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    /// <summary>The events of some rows.</summary>
    public static async Task<List<StoredEvent>> ReadAsync(MartenPart part, string sql, Reading reading, CancellationToken stop, params object[] values) =>
        [.. (await ReadPlacesAsync(part, sql, reading, stop, values).ConfigureAwait(false)).Select(place => place.Event).OfType<StoredEvent>()];

    /// <summary>Some rows by their positions, with the event of each that has one.</summary>
    public static async Task<List<(long Position, StoredEvent? Event)>> ReadPlacesAsync(
        MartenPart part, string sql, Reading reading, CancellationToken stop, params object[] values)
    {
        var places = await ReadSealedAsync(part, sql, stop, values).ConfigureAwait(false);
        var persons = await part.Keys.LoadAsync(SealedEvent.PersonsIn(places.Select(place => place.Event).OfType<SealedEvent>()), stop).ConfigureAwait(false);
        return [.. places.Select(place => (place.Position, place.Event?.Open(persons, reading)))];
    }

    /// <summary>The same as they lie there.</summary>
    public static async Task<List<(long Position, SealedEvent? Event)>> ReadSealedAsync(MartenPart part, string sql, CancellationToken stop, params object[] values)
    {
        await using var connection = await part.Source.OpenConnectionAsync(stop).ConfigureAwait(false);
        return await ReadSealedAsync(connection, sql, stop, values).ConfigureAwait(false);
    }

    /// <summary>The same on a connection that may be in the middle of a transaction.</summary>
    public static async Task<List<(long Position, SealedEvent? Event)>> ReadSealedAsync(
        NpgsqlConnection connection, string sql, CancellationToken stop, params object[] values)
    {
#pragma warning disable CA2100 // one of the statements above
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        var places = new List<(long, SealedEvent?)>();
        await using var rows = await command.ExecuteReaderAsync(stop).ConfigureAwait(false);
        while (await rows.ReadAsync(stop).ConfigureAwait(false))
            places.Add((rows.GetInt64(0), rows.GetString(3) == Mark ? null : Read(rows)));
        return places;
    }

    private static SealedEvent Read(NpgsqlDataReader row)
    {
        var name = row.GetString(3);
        try
        {
            using var headers = JsonDocument.Parse(row.GetString(5));
            var known = headers.RootElement;
            if (name == FactJson.Unknown)
                name = known.GetProperty(Name).GetString() ?? name;
            return new SealedEvent(
                Position: row.GetInt64(0),
                Stream: new EventStreamName(row.GetString(1)),
                Sequence: known.TryGetProperty(Sequence, out var stated) ? stated.GetInt64() : row.GetInt64(2),
                Source: new EventSource(known.GetProperty(Hub).GetUInt16(), known.GetProperty(Incarnation).GetUInt32()),
                Occurred: known.GetProperty(Occurred).GetDateTimeOffset(),
                Recorded: known.GetProperty(Recorded).GetDateTimeOffset(),
                Cause: new EventCause(row.IsDBNull(6) ? null : row.GetString(6), row.IsDBNull(7) ? null : row.GetString(7)),
                Written: FactJson.Read(name, row.GetString(4)))
            {
                Link = known.TryGetProperty(Link, out var link) ? link.GetBytesFromBase64() : null,
            };
        }
        catch (Exception damaged) when (damaged is JsonException or KeyNotFoundException or FormatException or InvalidOperationException or InvalidCastException)
        {
            throw new StoreCorruptException($"A stored event {name} cannot be read: {damaged.Message}", damaged);
        }
    }
}
