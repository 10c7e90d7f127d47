using System.Text.Json;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;

namespace Sametime.Services.Providers.Subjects;

/// <summary>An event as it lies in a store, before anybody opened it.</summary>
internal sealed record SealedEvent(
    long Position, EventStreamName Stream, long Sequence, EventSource Source, DateTimeOffset Occurred, DateTimeOffset Recorded, EventCause Cause,
    WrittenEvent Written)
{
    /// <summary>The link that it carries; null when an earlier version wrote it.</summary>
    public byte[]? Link { get; init; }

    /// <summary>An event that was just sealed.</summary>
    public static SealedEvent Of(long position, EventEnvelope envelope, WrittenEvent written) => new(
        position, envelope.Stream, envelope.Sequence, envelope.Source, envelope.Occurred, envelope.Recorded, envelope.Cause, written);

    /// <summary>The ids of all persons in some events.</summary>
    public static HashSet<SubjectId> PersonsIn(IEnumerable<SealedEvent> events)
    {
        var ids = new HashSet<SubjectId>();
        foreach (var stored in events)
            SealedToken.CollectIds(stored.Written.Json, ids);
        return ids;
    }

    /// <summary>The event as a reader may see it.</summary>
    /// <exception cref="StoreCorruptException">It is damaged, or was altered.</exception>
    public StoredEvent Open(IReadOnlyDictionary<SubjectId, Subject> persons, Reading reading) => new(
        Position, new EventEnvelope(Stream, Sequence, Source, Occurred, Recorded, Cause, Open(Written, persons, reading)));

    /// <summary>A written event as a fact that a reader may see.</summary>
    /// <exception cref="StoreCorruptException">It is damaged, or was altered.</exception>
    public static IEvent Open(WrittenEvent written, IReadOnlyDictionary<SubjectId, Subject> persons, Reading reading)
    {
        try
        {
            return EventCatalogue.Current.Read(EventSeal.Current.Open(written, persons, reading));
        }
        catch (Exception damaged) when (damaged is JsonException or InvalidOperationException)
        {
            throw new StoreCorruptException($"A stored event {written.Name} cannot be read: {damaged.Message}", damaged);
        }
    }
}
