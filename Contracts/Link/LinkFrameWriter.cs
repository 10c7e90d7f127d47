using System.Buffers;
using System.Buffers.Binary;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link;

/// <summary>Writes frames of a link straight into where they leave from; see <see cref="LinkFrame"/> for the layout.</summary>
public static class LinkFrameWriter
{
    // What the length field counts besides the payload.
    private const int CountedHeaderBytes = LinkFrame.HeaderBytes - sizeof(uint);

    /// <summary>Most recipients of one Fanout frame; a longer list goes out as several frames.</summary>
    public const int RecipientsPerFrameMax = 8192;

    /// <summary>A frame whose payload is <paramref name="head"/> followed by <paramref name="body"/>.</summary>
    public static void Write(IBufferWriter<byte> output, LinkKind kind, uint handle, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        ArgumentNullException.ThrowIfNull(output);
        var length = checked(CountedHeaderBytes + head.Length + body.Length);
        ThrowIfTooLong(length);
        var frame = output.GetSpan(sizeof(uint) + length);
        BinaryPrimitives.WriteInt32BigEndian(frame, length);
        frame[4] = (byte)kind;
        BinaryPrimitives.WriteUInt32BigEndian(frame[5..], handle);
        head.CopyTo(frame[LinkFrame.HeaderBytes..]);
        body.CopyTo(frame[(LinkFrame.HeaderBytes + head.Length)..]);
        output.Advance(sizeof(uint) + length);
    }

    /// <summary>A frame with a typed payload.</summary>
    public static void Write<TPayload>(IBufferWriter<byte> output, uint handle, in TPayload payload)
        where TPayload : ILinkPayload<TPayload>
    {
        var writer = new WireWriter(output);
        var mark = writer.BeginOpaque();
        writer.WriteByte((byte)TPayload.Kind);
        writer.WriteUInt32(handle);
        payload.Write(ref writer);
        ThrowIfTooLong(writer.Position - sizeof(uint));
        writer.EndOpaque(mark);
        writer.Complete();
    }

    /// <summary>
    /// Sends one message to many: its bytes are <paramref name="head"/> (its header) followed by <paramref name="body"/>.
    /// See <see cref="Fanout"/>.
    /// </summary>
    public static void SendFanout(
        this ILink link, uint handle, ReadOnlySpan<Recipient> recipients, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        ArgumentNullException.ThrowIfNull(link);
        while (!recipients.IsEmpty)
        {
            var part = recipients[..Math.Min(recipients.Length, RecipientsPerFrameMax)];
            recipients = recipients[part.Length..];
            SendPart(link, handle, part, head, body);
        }
    }

    private static void SendPart(
        ILink link, uint handle, ReadOnlySpan<Recipient> recipients, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        var listBytes = sizeof(uint) + (recipients.Length * Fanout.RecipientBytes);
        var scratch = ArrayPool<byte>.Shared.Rent(listBytes + head.Length);
        BinaryPrimitives.WriteInt32BigEndian(scratch, recipients.Length);
        var at = scratch.AsSpan(sizeof(uint));
        foreach (var recipient in recipients)
        {
            BinaryPrimitives.WriteUInt32BigEndian(at, recipient.Handle);
            BinaryPrimitives.WriteUInt32BigEndian(at[4..], recipient.Channel);
            at = at[Fanout.RecipientBytes..];
        }
        head.CopyTo(at);
        link.Send(LinkKind.Fanout, handle, scratch.AsSpan(0, listBytes + head.Length), body);
        ArrayPool<byte>.Shared.Return(scratch);
    }

    private static void ThrowIfTooLong(int length)
    {
        if (length > LinkLimits.FrameBytesMax)
            throw new ArgumentException($"A link frame holds {LinkLimits.FrameBytesMax} bytes at most, not {length}.");
    }
}
