using System.Globalization;
using System.Text.Json;
using Npgsql;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;

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

    public const string OfAll = $"SELECT {Columns} FROM mt_events WHERE seq_id > $1 ORDER BY seq_id LIMIT $2";

    private const string Columns = "seq_id, stream_id, version, type, data::text, headers::text, correlation_id, causation_id";

    private const string Mark = "tombstone";

    private const string Hub = "hub";
    private const string Incarnation = "incarnation";
    private const string Occurred = "occurred";
    private const string Recorded = "recorded";
    private const string Name = "name";

    /// <summary>Writes what the envelope knows into an event that Marten is to store.</summary>
    public static void Describe(JasperFx.Events.IEvent stored, EventEnvelope envelope)
    {
        stored.SetHeader(Hub, (int)envelope.Source.Hub);
        stored.SetHeader(Incarnation, (long)envelope.Source.Incarnation);
        stored.SetHeader(Occurred, envelope.Occurred.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        stored.SetHeader(Recorded, envelope.Recorded.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        stored.CorrelationId = envelope.Cause.Correlation;
        stored.CausationId = envelope.Cause.Causation;
        if (envelope.Payload is UnknownEvent unknown)
            stored.SetHeader(Name, FactJson.StoredName(unknown.Name, unknown.Version)); // Marten has one name for all of this type
    }

    /// <summary>The events of some rows.</summary>
    public static async Task<List<StoredEvent>> ReadAsync(NpgsqlDataSource source, string sql, CancellationToken stop, params object[] values) =>
        [.. (await ReadPlacesAsync(source, sql, stop, values).ConfigureAwait(false)).Select(place => place.Event).OfType<StoredEvent>()];

    /// <summary>Some rows by their positions, with the event of each that has one.</summary>
    public static async Task<List<(long Position, StoredEvent? Event)>> ReadPlacesAsync(
        NpgsqlDataSource source, string sql, CancellationToken stop, params object[] values)
    {
#pragma warning disable CA2100 // one of the two statements above
        await using var command = source.CreateCommand(sql);
#pragma warning restore CA2100
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        var places = new List<(long, StoredEvent?)>();
        await using var rows = await command.ExecuteReaderAsync(stop).ConfigureAwait(false);
        while (await rows.ReadAsync(stop).ConfigureAwait(false))
            places.Add((rows.GetInt64(0), rows.GetString(3) == Mark ? null : Read(rows)));
        return places;
    }

    private static StoredEvent Read(NpgsqlDataReader row)
    {
        var name = row.GetString(3);
        try
        {
            using var headers = JsonDocument.Parse(row.GetString(5));
            var known = headers.RootElement;
            if (name == FactJson.Unknown)
                name = known.GetProperty(Name).GetString() ?? name;
            return new StoredEvent(
                row.GetInt64(0),
                new EventEnvelope(
                    Stream: new EventStreamName(row.GetString(1)),
                    Sequence: row.GetInt64(2),
                    Source: new EventSource(known.GetProperty(Hub).GetUInt16(), known.GetProperty(Incarnation).GetUInt32()),
                    Occurred: known.GetProperty(Occurred).GetDateTimeOffset(),
                    Recorded: known.GetProperty(Recorded).GetDateTimeOffset(),
                    Cause: new EventCause(row.IsDBNull(6) ? null : row.GetString(6), row.IsDBNull(7) ? null : row.GetString(7)),
                    Payload: FactJson.Read(name, row.GetString(4))));
        }
        catch (Exception damaged) when (damaged is JsonException or KeyNotFoundException or FormatException or InvalidOperationException or InvalidCastException)
        {
            throw new StoreCorruptException($"A stored event {name} cannot be read: {damaged.Message}", damaged);
        }
    }
}
