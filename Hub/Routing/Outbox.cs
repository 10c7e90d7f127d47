using System.Buffers;
using Sametime.Contracts.Link;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Hub.Logins;

namespace Sametime.Hub.Routing;

/// <summary>Writes messages of the hub's own to participants. Links copy what they are given, so one buffer serves all.</summary>
internal sealed class Outbox
{
    private readonly ArrayBufferWriter<byte> _buffer = new(512);

    /// <summary>A message on a channel of the receiver, in the receiver's numbering.</summary>
    public void Send<T>(Participant to, ChannelId channel, in T message, MessageOptions options = MessageOptions.None, ReadOnlySpan<byte> attributes = default)
        where T : IWireMessage<T>
    {
        if (to.IsLoggedIn)
            to.Link!.Send(LinkKind.Message, to.Handle, Compose(channel, message, options, attributes), default);
    }

    /// <summary>A message on the master channel.</summary>
    public void Send<T>(Participant to, in T message)
        where T : IWireMessage<T> => Send(to, ChannelId.Master, message);

    /// <summary>Tells one end of a channel that it is over.</summary>
    public void Destroy(Participant to, ChannelId channel, Reason reason, Opaque detail = default) =>
        Send(to, channel, new ChannelDestroy(reason, detail));

    /// <summary>The bytes of a message from its type on. They stand until the next message is composed.</summary>
    public ReadOnlySpan<byte> Compose<T>(ChannelId channel, in T message, MessageOptions options = MessageOptions.None, ReadOnlySpan<byte> attributes = default)
        where T : IWireMessage<T>
    {
        _buffer.ResetWrittenCount();
        var writer = new WireWriter(_buffer);
        new MessageHeader(T.Type, options & MessageOptions.Attributes, channel).Write(ref writer);
        if ((options & MessageOptions.Attributes) != 0)
            writer.WriteOpaque(attributes);
        message.Write(ref writer);
        writer.Complete();
        return _buffer.WrittenSpan;
    }
}
