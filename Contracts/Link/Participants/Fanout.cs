using System.Buffers.Binary;

namespace Sametime.Contracts.Link.Participants;

/// <summary>
/// One message and the list of its recipients, copied as late as possible (one-to-many delivery). Borrowed view of a
/// <see cref="LinkKind.Fanout"/> payload.
/// <code>
/// count    uint32
/// count x  handle uint32, channel uint32   the channel stands in the header of that recipient's copy
/// message  rest                            from its type on; its own channel field is overwritten
/// </code>
/// Hub to Edge: handles are the Edge's participants. Application to hub: handle 0, channels of the application.
/// </summary>
public readonly ref struct Fanout
{
    private readonly ReadOnlySpan<byte> _recipients;

    private Fanout(ReadOnlySpan<byte> recipients, ReadOnlySpan<byte> message)
    {
        _recipients = recipients;
        Message = message;
    }

    /// <summary>Bytes of one recipient in the list.</summary>
    public const int RecipientBytes = 8;

    public int Count => _recipients.Length / RecipientBytes;

    /// <summary>The message, from its type on.</summary>
    public ReadOnlySpan<byte> Message { get; }

    public Recipient this[int index] => new(
        BinaryPrimitives.ReadUInt32BigEndian(_recipients[(index * RecipientBytes)..]),
        BinaryPrimitives.ReadUInt32BigEndian(_recipients[((index * RecipientBytes) + 4)..]));

    /// <summary>False when the count goes beyond the payload or no message header follows.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out Fanout fanout)
    {
        fanout = default;
        if (payload.Length < 4)
        {
            return false;
        }

        var count = BinaryPrimitives.ReadUInt32BigEndian(payload);
        var rest = payload[4..];
        if (count > (uint)rest.Length / RecipientBytes)
        {
            return false;
        }

        var listBytes = (int)count * RecipientBytes;
        if (rest.Length - listBytes < 8)
        {
            return false;
        }

        fanout = new Fanout(rest[..listBytes], rest[listBytes..]);
        return true;
    }
}

/// <summary>One recipient of a <see cref="Fanout"/>.</summary>
/// <param name="Handle">The participant on this link.</param>
/// <param name="Channel">The channel the message arrives on there; 0 = master channel.</param>
public readonly record struct Recipient(uint Handle, uint Channel);
