using Sametime.Contracts.Link;
using Sametime.Contracts.Wire;

namespace Sametime.Tests.Kit.Services;

/// <summary>A link frame that an application sent.</summary>
public sealed record SentFrame(LinkKind Kind, uint Handle, byte[] Payload);

/// <summary>A client message that an application sent, on the channel it arrives on.</summary>
public sealed class SentMessage
{
    private readonly byte[] _message;

    public SentMessage(byte[] message, ChannelId? channel = null)
    {
        _message = message;
        var reader = new WireReader(message);
        var header = MessageHeader.Read(ref reader);
        Type = header.Type;
        Channel = channel ?? header.Channel;
    }

    public ChannelId Channel { get; }

    public MessageType Type { get; }

    public TMessage As<TMessage>()
        where TMessage : IWireMessage<TMessage>
    {
        var reader = new WireReader(_message);
        MessageHeader.Read(ref reader).SkipAttributes(ref reader);
        var message = TMessage.Read(ref reader);
        return reader.Error is { } error ? throw new InvalidOperationException($"The application sent a bad {Type}: {error}.") : message;
    }
}
