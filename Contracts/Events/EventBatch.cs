namespace Sametime.Contracts.Events;

/// <summary>
/// What the event plane carries: all facts of a process that a flush found, in the order in which they were stated. A batch that has to
/// be sent again is the same batch under the same number.
/// </summary>
public sealed record EventBatch
{
    /// <summary>The process that states, from its start to its end.</summary>
    public required Guid Publisher { get; init; }

    /// <summary>1, 2, 3, ... of that publisher.</summary>
    public required long Number { get; init; }

    /// <summary>True for an event that was taken out of its batch because its subscriber threw at it: it is tried once more, by itself.</summary>
    public bool IsSetAside { get; init; }

    /// <summary>The facts.</summary>
    public required IReadOnlyList<WrittenEnvelope> Events { get; init; }
}

/// <summary>An <see cref="EventEnvelope"/> as it is carried. The fact is under its lasting name and version, without its secrets.</summary>
public sealed record WrittenEnvelope
{
    public required string Stream { get; init; }

    public required long Sequence { get; init; }

    public required ushort Hub { get; init; }

    public required uint Incarnation { get; init; }

    public required DateTimeOffset Occurred { get; init; }

    public required DateTimeOffset Recorded { get; init; }

    public string? Correlation { get; init; }

    public string? Causation { get; init; }

    /// <summary>The event's lasting name.</summary>
    public required string Name { get; init; }

    /// <summary>The version of its fields.</summary>
    public required int Version { get; init; }

    /// <summary>Its fields.</summary>
    public required string Json { get; init; }

    /// <summary>The written form of an event.</summary>
    /// <exception cref="ArgumentException">The fact's type is not in the catalogue.</exception>
    public static WrittenEnvelope Of(EventEnvelope envelope)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        var written = EventCatalogue.Current.WriteWithoutSecrets(envelope.Payload);
        return new WrittenEnvelope
        {
            Stream = envelope.Stream.Value,
            Sequence = envelope.Sequence,
            Hub = envelope.Source.Hub,
            Incarnation = envelope.Source.Incarnation,
            Occurred = envelope.Occurred,
            Recorded = envelope.Recorded,
            Correlation = envelope.Cause.Correlation,
            Causation = envelope.Cause.Causation,
            Name = written.Name,
            Version = written.Version,
            Json = written.Json,
        };
    }

    /// <summary>The event of a written form; of an unknown name too.</summary>
    /// <exception cref="System.Text.Json.JsonException">The fields are not those of the event's schema.</exception>
    public EventEnvelope Read() => new(
        new EventStreamName(Stream), Sequence, new EventSource(Hub, Incarnation), Occurred, Recorded, new EventCause(Correlation, Causation),
        EventCatalogue.Current.Read(new WrittenEvent(Name, Version, Json)));
}
