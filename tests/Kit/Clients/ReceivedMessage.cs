using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;

namespace Sametime.Tests.Kit.Clients;

/// <summary>A message as a client got it.</summary>
/// <param name="Type">From its header.</param>
/// <param name="Channel">From its header.</param>
/// <param name="Bytes">All of it, header included.</param>
public sealed record ReceivedMessage(MessageType Type, ChannelId Channel, Opaque Bytes)
{
    public static ReceivedMessage Of(ReadOnlySpan<byte> message)
    {
        var reader = new WireReader(message);
        var header = MessageHeader.Read(ref reader);
        return new(header.Type, header.Channel, new Opaque(message));
    }

    public T Read<T>()
        where T : IWireMessage<T>
    {
        var reader = new WireReader(Bytes.Span);
        _ = MessageHeader.Read(ref reader);
        var message = T.Read(ref reader);
        return reader.Error is { } error ? throw new InvalidDataException($"A {Type} that does not parse: {error}.") : message;
    }

    public override string ToString() => $"{Type} on {Channel.Value:x}{(Type == MessageType.ChannelDestroy ? $" ({Read<ChannelDestroy>().Reason})" : "")}";
}
