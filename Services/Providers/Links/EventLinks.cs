using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Sametime.Contracts.Events;
using Sametime.Services.Providers.Subjects;

namespace Sametime.Services.Providers.Links;

/// <summary>An event as it is stored, but for its position: what a link is made over.</summary>
internal readonly record struct LinkedEvent(
    EventStreamName Stream, long Sequence, EventSource Source, DateTimeOffset Occurred, DateTimeOffset Recorded, EventCause Cause, WrittenEvent Written)
{
    public static LinkedEvent Of(EventEnvelope envelope, WrittenEvent written) => new(
        envelope.Stream, envelope.Sequence, envelope.Source, envelope.Occurred, envelope.Recorded, envelope.Cause, written);

    public static LinkedEvent Of(SealedEvent stored) => new(
        stored.Stream, stored.Sequence, stored.Source, stored.Occurred, stored.Recorded, stored.Cause, stored.Written);
}

/// <summary>Events of a stream that were removed in order: those whose positions lie in a range, and that the links lead over.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="From">Position of the first.</param>
/// <param name="To">Position of the last.</param>
/// <param name="Events">How many.</param>
/// <param name="Before">The link of the event before them.</param>
/// <param name="Link">The link of the last of them.</param>
internal sealed record RemovedEvents(EventStreamName Stream, long From, long To, long Events, byte[] Before, byte[] Link);

/// <summary>
/// Makes links: HMAC-SHA256 with the store's chain key. Texts carry their lengths, so that nothing can be moved from one field to the next.
/// <code>
/// link    = HMAC("event", link before, stream, sequence, hub, incarnation, occurred, recorded, correlation, causation, name, version, fields)
/// head    = HMAC("head", stream, newest link)
/// removed = HMAC("removed", stream, from, to, events, link before, link)
/// </code>
/// The last two keep whoever has no key from declaring the end of a stream, or events removed.
/// </summary>
internal sealed class EventLinks(byte[] key)
{
    /// <summary>Bytes of a link.</summary>
    public const int Bytes = 32;

    private const long None = -1;

    /// <summary>What the first event of a stream follows.</summary>
    public static byte[] Origin { get; } = new byte[Bytes];

    /// <summary>The link of an event.</summary>
    public byte[] Next(byte[] before, in LinkedEvent stored)
    {
        var text = Begin("event");
        text.Write(before);
        Add(text, stored.Stream.Value);
        Add(text, stored.Sequence);
        Add(text, stored.Source.Hub);
        Add(text, stored.Source.Incarnation);
        Add(text, stored.Occurred.UtcTicks);
        Add(text, stored.Recorded.UtcTicks);
        Add(text, stored.Cause.Correlation);
        Add(text, stored.Cause.Causation);
        Add(text, stored.Written.Name);
        Add(text, stored.Written.Version);
        CanonicalJson.Write(stored.Written.Json, text);
        return Seal(text);
    }

    /// <summary>What shows that a stream ends with a link.</summary>
    public byte[] Head(EventStreamName stream, byte[] newest)
    {
        var text = Begin("head");
        Add(text, stream.Value);
        text.Write(newest);
        return Seal(text);
    }

    /// <summary>What shows that events were removed in order.</summary>
    public byte[] Removed(RemovedEvents removed)
    {
        var text = Begin("removed");
        Add(text, removed.Stream.Value);
        Add(text, removed.From);
        Add(text, removed.To);
        Add(text, removed.Events);
        text.Write(removed.Before);
        text.Write(removed.Link);
        return Seal(text);
    }

    public static bool AreEqual(byte[]? one, byte[] other) => CryptographicOperations.FixedTimeEquals(one, other);

    private static ArrayBufferWriter<byte> Begin(string kind)
    {
        var text = new ArrayBufferWriter<byte>();
        Add(text, kind);
        return text;
    }

    private static void Add(ArrayBufferWriter<byte> text, long number)
    {
        BinaryPrimitives.WriteInt64BigEndian(text.GetSpan(sizeof(long)), number);
        text.Advance(sizeof(long));
    }

    private static void Add(ArrayBufferWriter<byte> text, string? field)
    {
        Add(text, field is null ? None : Encoding.UTF8.GetByteCount(field));
        if (field is not null)
            Encoding.UTF8.GetBytes(field, text);
    }

    private byte[] Seal(ArrayBufferWriter<byte> text) => HMACSHA256.HashData(key, text.WrittenSpan);
}
