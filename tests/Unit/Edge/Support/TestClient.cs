using System.Buffers;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Session;
using Xunit;

namespace Sametime.Tests.Unit.Edge.Support;

/// <summary>A client that speaks the protocol by hand over a <see cref="WireEnd"/>.</summary>
internal sealed class TestClient(EdgeWorld world, WireEnd wire)
{
    public WireEnd Wire => wire;

    /// <summary>Its handle on the uplink, once logged in.</summary>
    public uint Handle { get; set; }

    public HandshakeAck? Ack { get; private set; }

    public void Say(ReadOnlySpan<byte> bytes)
    {
        var copy = bytes.ToArray();
        world.Loop.Run(() => wire.Arrive(copy));
    }

    public void SayFrame(ReadOnlySpan<byte> message) => Say(FrameOf(message));

    public void Handshake(Handshake? handshake = null)
    {
        Say(FrameOf(handshake ?? new Handshake { ClientType = ClientType.Meanwhile }));
        if (Messages().FirstOrDefault() is { } message && TypeOf(message) == MessageType.HandshakeAck)
            Ack = Read<HandshakeAck>(message);
        wire.ForgetSent();
    }

    public void Login(string name, string password) => Say(FrameOf(LoginOf(name, password)));

    public Login LoginOf(string name, string password) => new(
        ClientType.Meanwhile, name,
        Opaque.Wrap(AuthDataWriter.Rc2DiffieHellman(password, KeyAgreement.Create(), Ack!.Key.Span, Ack.Magic)),
        AuthType.Rc2DiffieHellman);

    /// <summary>Whole messages that the Edge has sent, keep-alive bytes left out.</summary>
    public List<byte[]> Messages() => MessagesIn(wire.Sent);

    /// <summary>The reason of the last message, which must end the session.</summary>
    public Reason EndReason()
    {
        var message = Assert.Single(Messages());
        Assert.Equal((MessageType.ChannelDestroy, ChannelId.Master), (TypeOf(message), ChannelOf(message)));
        Assert.True(wire.IsClosed, "The stream is still open.");
        Assert.Equal(TimeSpan.FromSeconds(2), wire.Linger);
        return Read<ChannelDestroy>(message).Reason;
    }

    public static List<byte[]> MessagesIn(ReadOnlySpan<byte> bytes)
    {
        var messages = new List<byte[]>();
        while (Frame.TryRead(bytes, int.MaxValue, out var used, out var kind, out var message))
        {
            if (kind == FrameKind.Message)
                messages.Add(message.ToArray());
            bytes = bytes[used..];
        }
        Assert.True(bytes.IsEmpty, "The Edge has sent a part of a frame.");
        return messages;
    }

    public static byte[] FrameOf<T>(T message, ChannelId channel = default)
        where T : IWireMessage<T>
    {
        var output = new ArrayBufferWriter<byte>();
        FrameWriter.Write(output, channel, message);
        return output.WrittenSpan.ToArray();
    }

    public static byte[] FrameOf(ReadOnlySpan<byte> message)
    {
        var output = new ArrayBufferWriter<byte>();
        FrameWriter.WriteMessage(output, message);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>A message by its header and as many body bytes.</summary>
    public static byte[] MessageOf(MessageType type, uint channel = 0, int bodyBytes = 0, byte fill = 0)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(output);
        new MessageHeader(type, MessageOptions.None, new ChannelId(channel)).Write(ref writer);
        writer.WriteBytes(Enumerable.Repeat(fill, bodyBytes).ToArray());
        writer.Complete();
        return output.WrittenSpan.ToArray();
    }

    public static byte[] CreateOf(uint channel)
    {
        var message = MessageOf(MessageType.ChannelCreate, bodyBytes: 40);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(12), channel);
        return message;
    }

    public static MessageType TypeOf(ReadOnlySpan<byte> message) => (MessageType)System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(message);

    public static ChannelId ChannelOf(ReadOnlySpan<byte> message) => new(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(message[4..]));

    public static T Read<T>(ReadOnlySpan<byte> message)
        where T : IWireMessage<T>
    {
        var reader = new WireReader(message[MessageHeader.Size..]);
        var read = T.Read(ref reader);
        Assert.Null(reader.Error);
        return read;
    }
}
