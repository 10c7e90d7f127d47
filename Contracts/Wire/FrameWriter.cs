using System.Buffers;

namespace Sametime.Contracts.Wire;

/// <summary>
/// Writes whole frames: <c>length u32, header, body</c>, where length does not count itself.
/// Source: community protocol, framing on TCP.
/// </summary>
public static class FrameWriter
{
    /// <summary>A message on the master channel.</summary>
    public static void Write<T>(IBufferWriter<byte> output, T message)
        where T : IWireMessage<T> =>
        Write(output, ChannelId.Master, message);

    /// <summary>A message on a channel.</summary>
    public static void Write<T>(IBufferWriter<byte> output, ChannelId channel, T message, MessageOptions options = MessageOptions.None)
        where T : IWireMessage<T>
    {
        var writer = new WireWriter(output);
        var frame = writer.BeginOpaque();
        new MessageHeader(T.Type, options, channel).Write(ref writer);
        message.Write(ref writer);
        writer.EndOpaque(frame);
        writer.Complete();
    }

    /// <summary>A ChannelSend whose data is written straight into the frame.</summary>
    public static void WriteSend<T>(IBufferWriter<byte> output, ChannelId channel, T payload)
        where T : IPayload<T>
    {
        var writer = new WireWriter(output);
        var frame = writer.BeginOpaque();
        new MessageHeader(MessageType.ChannelSend, MessageOptions.None, channel).Write(ref writer);
        writer.WriteUInt16(T.MessageType);
        var data = writer.BeginData();
        payload.Write(ref writer);
        writer.EndData(data);
        writer.EndOpaque(frame);
        writer.Complete();
    }

    /// <summary>A ChannelSend with data that exists already, for example encrypted.</summary>
    public static void WriteSend(
        IBufferWriter<byte> output,
        ChannelId channel,
        ushort messageType,
        ReadOnlySpan<byte> data,
        MessageOptions options = MessageOptions.None)
    {
        var writer = new WireWriter(output);
        var frame = writer.BeginOpaque();
        new MessageHeader(MessageType.ChannelSend, options, channel).Write(ref writer);
        writer.WriteUInt16(messageType);
        writer.WriteOpaque(data);
        writer.EndOpaque(frame);
        writer.Complete();
    }

    /// <summary>A message that exists already, header included.</summary>
    public static void WriteMessage(IBufferWriter<byte> output, ReadOnlySpan<byte> message)
    {
        var writer = new WireWriter(output);
        writer.WriteOpaque(message);
        writer.Complete();
    }
}
