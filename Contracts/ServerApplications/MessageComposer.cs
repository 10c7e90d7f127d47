using System.Buffers;
using System.Buffers.Binary;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;

namespace Sametime.Contracts.ServerApplications;

/// <summary>
/// Writes messages and lists of recipients into memory that is used over and over. What it returns is valid until the next call of
/// the same method.
/// </summary>
internal sealed class MessageComposer
{
    private readonly ArrayBufferWriter<byte> _message = new(1024);
    private readonly ArrayBufferWriter<byte> _recipients = new(1024);

    public ReadOnlySpan<byte> Message<TMessage>(ChannelId channel, TMessage message)
        where TMessage : IWireMessage<TMessage>
    {
        _message.ResetWrittenCount();
        var writer = new WireWriter(_message);
        new MessageHeader(TMessage.Type, MessageOptions.None, channel).Write(ref writer);
        message.Write(ref writer);
        writer.Complete();
        return _message.WrittenSpan;
    }

    public ReadOnlySpan<byte> Send<TPayload>(ChannelId channel, in TPayload payload)
        where TPayload : IPayload<TPayload>
    {
        _message.ResetWrittenCount();
        var writer = new WireWriter(_message);
        new MessageHeader(MessageType.ChannelSend, MessageOptions.None, channel).Write(ref writer);
        writer.WriteUInt16(TPayload.MessageType);
        var data = writer.BeginData();
        payload.Write(ref writer);
        writer.EndData(data);
        writer.Complete();
        return _message.WrittenSpan;
    }

    /// <summary>The start of a <see cref="Fanout"/>: count, then handle 0 and the channel for each.</summary>
    public ReadOnlySpan<byte> Recipients(ReadOnlySpan<ChannelId> channels)
    {
        _recipients.ResetWrittenCount();
        var bytes = 4 + (channels.Length * Fanout.RecipientBytes);
        var span = _recipients.GetSpan(bytes);
        BinaryPrimitives.WriteInt32BigEndian(span, channels.Length);
        var entry = span[4..];
        foreach (var channel in channels)
        {
            BinaryPrimitives.WriteUInt64BigEndian(entry, channel.Value);
            entry = entry[Fanout.RecipientBytes..];
        }
        _recipients.Advance(bytes);
        return _recipients.WrittenSpan;
    }
}
