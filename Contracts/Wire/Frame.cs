using System.Buffers.Binary;

namespace Sametime.Contracts.Wire;

/// <summary>What stands at a frame boundary.</summary>
public enum FrameKind
{
    /// <summary>Not all of it has arrived; nothing is consumed.</summary>
    Incomplete,

    /// <summary>A run of keep-alive or counter bytes (0x80..0xff).</summary>
    Filler,

    /// <summary>A frame of length 0; ignored, but counted by whoever guards against floods.</summary>
    Empty,

    /// <summary>A whole message.</summary>
    Message,

    /// <summary>A length above the limit, refused before its bytes arrive; nothing is consumed and the stream is lost.</summary>
    TooLarge,
}

/// <summary>
/// Cuts a byte stream into frames. Pure: looks at what has arrived, says what it is and how much of it is used up.
/// <code>
/// stream  = { filler | frame }
/// filler  = one byte 0x80..0xff, between frames only
/// frame   = length u32 (not counting itself), message
/// </code>
/// Source: community protocol, framing on TCP.
/// </summary>
public static class Frame
{
    /// <summary>The keep-alive byte; nobody answers it.</summary>
    public const byte KeepAlive = 0x80;

    /// <summary>Bytes of the length field.</summary>
    public const int LengthSize = 4;

    /// <summary>
    /// Looks at the start of <paramref name="buffer"/>, which must be a frame boundary. True when something was consumed: call again
    /// with the rest. <paramref name="message"/> is borrowed from the buffer and only set for <see cref="FrameKind.Message"/>.
    /// </summary>
    public static bool TryRead(
        ReadOnlySpan<byte> buffer, int frameBytesMax, out int consumed, out FrameKind kind, out ReadOnlySpan<byte> message)
    {
        message = default;
        (kind, consumed) = Measure(buffer, frameBytesMax);
        if (kind == FrameKind.Message)
            message = buffer[LengthSize..consumed];
        return consumed > 0;
    }

    private static (FrameKind Kind, int Consumed) Measure(ReadOnlySpan<byte> buffer, int frameBytesMax)
    {
        if (!buffer.IsEmpty && buffer[0] >= KeepAlive)
        {
            var end = buffer.IndexOfAnyInRange((byte)0x00, (byte)(KeepAlive - 1));
            return (FrameKind.Filler, end < 0 ? buffer.Length : end);
        }
        if (buffer.Length < LengthSize)
            return (FrameKind.Incomplete, 0);

        // The first byte has no top bit, so the length is never negative.
        var length = BinaryPrimitives.ReadInt32BigEndian(buffer);
        if (length > frameBytesMax)
            return (FrameKind.TooLarge, 0);
        if (length > buffer.Length - LengthSize)
            return (FrameKind.Incomplete, 0);
        return (length == 0 ? FrameKind.Empty : FrameKind.Message, LengthSize + length);
    }
}
