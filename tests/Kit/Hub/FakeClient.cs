using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;

namespace Sametime.Tests.Kit.Hub;

/// <summary>A client behind a <see cref="FakeEdge"/>.</summary>
public sealed class FakeClient(FakeEdge edge, uint handle)
{
    private uint _lastChannel;

    public FakeEdge Edge => edge;

    public uint Handle => handle;

    public Inbox Inbox { get; } = new();

    /// <summary>Set once it is let in.</summary>
    public string? LoginId { get; private set; }

    public ParticipantKind ParticipantKind { get; private set; }

    /// <summary>Set once the hub has ended it.</summary>
    public Reason? EndedBecause { get; set; }

    /// <summary>Set once the hub has sent it on to another one.</summary>
    public Redirect? RedirectedTo { get; set; }

    /// <summary>The Edge has said that the connection is over.</summary>
    public bool HasDetached { get; set; }

    internal void OnAttached(Attached attached) => (LoginId, ParticipantKind) = (attached.LoginId.ToString(), attached.ParticipantKind);

    public void Send<T>(ChannelId channel, in T message, MessageOptions options = MessageOptions.None)
        where T : IWireMessage<T> => SendBytes(Bytes.Message(channel, message, options));

    public void Send<T>(in T message)
        where T : IWireMessage<T> => Send(ChannelId.Master, message);

    public void SendBytes(byte[] message) => edge.Deliver(LinkKind.Message, handle, message);

    /// <summary>Asks for an IM channel.</summary>
    public ChannelId CreateIm(string target) => Create(ServiceTypes.InstantMessage, ProtocolTypes.InstantMessage, ProtocolVersions.InstantMessage, target);

    public ChannelId Create(ServiceType service, ProtocolType protocol, uint version, string target = "", ChannelId? id = null)
    {
        var channel = id ?? new ChannelId(++_lastChannel);
        Send(new ChannelCreate { Channel = channel, Target = new IdBlock(target), Service = service, Protocol = protocol, Version = version });
        return channel;
    }

    public void Accept(ChannelCreate offer) => Send(
        offer.Channel, new ChannelAccept { Service = offer.Service, Protocol = offer.Protocol, Version = offer.Version });

    public void Say(ChannelId channel, byte[] data, ushort payloadType = 0x64) => Send(channel, new ChannelSend(payloadType, new Opaque(data)));

    public void Destroy(ChannelId channel, Reason reason = Reason.Success) => Send(channel, new ChannelDestroy(reason));

    /// <summary>The connection ends without a word.</summary>
    public void Vanish() => edge.Release(this, Reason.ConnectionBroken);

    /// <summary>Says goodbye, as libmeanwhile does.</summary>
    public void LogOut() => Destroy(ChannelId.Master);
}
