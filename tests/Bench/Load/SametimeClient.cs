using System.Buffers.Binary;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Master;
using Sametime.Contracts.Wire.Session;

namespace Sametime.Tests.Bench.Load;

/// <summary>A client of the community protocol: logs in as real clients do (key agreement, RC2-128) and talks in plain channels.</summary>
internal sealed class SametimeClient : LoadClient
{
    private const uint AwarenessChannel = 1;
    private const uint ConversationChannel = 2;
    private const ushort InstantMessageType = 0x0064;

    // One key pair for all clients of the generator, as libmeanwhile has one for all connections of a session.
    private static readonly KeyAgreement Keys = KeyAgreement.Create();

    private readonly string _user;
    private readonly string _password;
    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _watching = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private uint _conversation;

    public SametimeClient(IByteStream stream, string user, string password)
        : base(stream)
    {
        _user = user;
        _password = password;
        FrameWriter.Write(Stream.Output, new Handshake { ClientType = (ClientType)0x1700 });
        Stream.Flush();
    }

    /// <summary>Opens a conversation with a user who is online; ends when he has accepted.</summary>
    public Task JoinAsync(string user)
    {
        _conversation = ConversationChannel;
        FrameWriter.Write(Stream.Output, new ChannelCreate
        {
            Channel = new ChannelId(ConversationChannel),
            Target = new IdBlock(user, ""),
            Service = ServiceTypes.InstantMessage,
            Protocol = ProtocolTypes.InstantMessage,
            Version = ProtocolVersions.InstantMessage,
            AdditionalData = [0, 0, 0, 1, 0, 0, 0, 1],
        });
        Stream.Flush();
        return _joined.Task;
    }

    /// <summary>Watches a user; ends with the snapshot.</summary>
    public Task WatchAsync(string user)
    {
        FrameWriter.Write(Stream.Output, new ChannelCreate
        {
            Channel = new ChannelId(AwarenessChannel),
            Service = ServiceTypes.Awareness,
            Protocol = ProtocolTypes.Awareness,
            Version = ProtocolVersions.Awareness,
        });
        FrameWriter.WriteSend(Stream.Output, new ChannelId(AwarenessChannel), new PresenceAdd([AwareId.OfUser(user)]));
        Stream.Flush();
        return _watching.Task;
    }

    public override void Send(ReadOnlySpan<byte> body)
    {
        FrameWriter.WriteSend(Stream.Output, new ChannelId(_conversation), InstantMessageType, body);
        Stream.Flush();
    }

    public override void Publish(uint number)
    {
        FrameWriter.Write(Stream.Output, new SetUserStatus(new UserStatus(StatusCode.Active, number, "")));
        Stream.Flush();
    }

    protected override void OnMessage(MessageType type, uint channel, ReadOnlySpan<byte> body)
    {
        switch (type)
        {
            case MessageType.HandshakeAck:
                LogIn(body);
                break;
            case MessageType.LoginAck:
                SetReady();
                break;
            case MessageType.ChannelDestroy when channel == 0:
                SetFailed($"{_user} was refused with {(Reason)BinaryPrimitives.ReadUInt32BigEndian(body)}");
                break;
            case MessageType.ChannelCreate:
                Accept(body);
                break;
            case MessageType.ChannelAccept when channel == ConversationChannel:
                _joined.TrySetResult();
                break;
            case MessageType.ChannelDestroy when channel == ConversationChannel:
                _joined.TrySetException(new IOException($"{_user}: conversation refused with {(Reason)BinaryPrimitives.ReadUInt32BigEndian(body)}"));
                break;
            case MessageType.ChannelSend when channel == AwarenessChannel:
                OnAwareness(BinaryPrimitives.ReadUInt16BigEndian(body), body[6..]);
                break;
            case MessageType.ChannelSend when channel == _conversation:
                Received?.Invoke(this, body[6..]);
                break;
        }
    }

    private void LogIn(ReadOnlySpan<byte> body)
    {
        var reader = new WireReader(body);
        var ack = HandshakeAck.Read(ref reader);
        var secret = AuthDataWriter.Rc2DiffieHellman(_password, Keys, ack.Key.Span, ack.Magic);
        FrameWriter.Write(Stream.Output, new Login((ClientType)0x1700, _user, Opaque.Wrap(secret), AuthType.Rc2DiffieHellman));
        Stream.Flush();
    }

    private void Accept(ReadOnlySpan<byte> body)
    {
        var reader = new WireReader(body);
        var create = ChannelCreate.Read(ref reader);
        _conversation = create.Channel.Value;
        FrameWriter.Write(Stream.Output, create.Channel, new ChannelAccept
        {
            Service = create.Service,
            Protocol = create.Protocol,
            Version = create.Version,
            AdditionalData = [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 32, 0, 0, 0, 0, 0, 0],
        });
        Stream.Flush();
    }

    private void OnAwareness(ushort type, ReadOnlySpan<byte> data)
    {
        if (type == AwarenessMessageTypes.Snapshot)
        {
            _watching.TrySetResult();
        }
        else if (type == AwarenessMessageTypes.Update)
        {
            Received?.Invoke(this, data);
        }
    }
}
