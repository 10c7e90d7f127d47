using System.Buffers;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Tests.Kit.Loop;

namespace Sametime.Tests.Kit.Services;

/// <summary>
/// The hub's end of a server application's link, played by a test: opens channels for users, raises community events, asks and answers,
/// and keeps all that the application sent, one-to-many messages copied out to their recipients.
/// </summary>
public sealed class FakeHub(ManualLoop loop) : ILinkConnector
{
    private ILinkHandler? _application;
    private FakeLink? _link;
    private uint _lastChannel = 0x8000_0000;
    private uint _lastRequest;

    public ILink? Link => _link;

    public LinkFailure? LastFailure => null;

    /// <summary>Frames of the application, as they came.</summary>
    public List<SentFrame> Frames { get; } = [];

    /// <summary>Client messages of the application, in order.</summary>
    public List<SentMessage> Messages { get; } = [];

    public int FanoutFrames => Frames.Count(frame => frame.Kind == LinkKind.Fanout);

    public bool IsDisposed { get; private set; }

    public void Start(ILinkHandler handler) => _application = handler;

    /// <summary>Opens the link, for the first time or again.</summary>
    public void Connect() => loop.Run(() =>
    {
        _link = new FakeLink(this);
        _application!.OnLinkOpened(_link);
    });

    public void LoseLink(Reason reason = Reason.ConnectionBroken) => loop.Run(() => EndLink(reason));

    public void Dispose()
    {
        IsDisposed = true;
        EndLink(Reason.Success);
    }

    /// <summary>A user asks for a channel of a service. Its number at the application.</summary>
    public ChannelId Open(ServiceType service, ProtocolType protocol, uint version, LoginInfo creator, Opaque additionalData = default)
    {
        var id = new ChannelId(++_lastChannel);
        Message(ChannelId.Master, new ChannelCreate
        {
            Channel = id,
            Service = service,
            Protocol = protocol,
            Version = version,
            AdditionalData = additionalData,
            Creator = creator,
        });
        return id;
    }

    public void Message<TMessage>(ChannelId channel, TMessage message)
        where TMessage : IWireMessage<TMessage>
    {
        var output = new ArrayBufferWriter<byte>();
        FrameWriter.Write(output, channel, message);
        Frame(LinkKind.Message, 0, output.WrittenSpan[Contracts.Wire.Frame.LengthSize..].ToArray());
    }

    public void Send<TPayload>(ChannelId channel, TPayload payload)
        where TPayload : IPayload<TPayload>
    {
        var output = new ArrayBufferWriter<byte>();
        FrameWriter.WriteSend(output, channel, payload);
        Frame(LinkKind.Message, 0, output.WrittenSpan[Contracts.Wire.Frame.LengthSize..].ToArray());
    }

    public void SendRaw(ChannelId channel, ushort payloadType, byte[] data) => Message(channel, new ChannelSend(payloadType, new Opaque(data)));

    public void Raise<TEvent>(TEvent fact)
        where TEvent : ICommunityEvent<TEvent> =>
        Frame(LinkKind.CommunityEvent, 0, Written((ref WireWriter writer) =>
        {
            writer.WriteUInt32((uint)TEvent.Kind);
            fact.Write(ref writer);
        }));

    /// <summary>Asks the application something; the answer is found by <see cref="AnswerTo{TReply}"/>.</summary>
    public uint Ask<TRequest, TReply>(TRequest request)
        where TRequest : ILinkRequest<TRequest, TReply>
        where TReply : ILinkReply<TReply>
    {
        var number = ++_lastRequest;
        Frame(LinkKind.Request, number, Written((ref WireWriter writer) =>
        {
            writer.WriteUInt32(TRequest.Service.Value);
            writer.WriteUInt16(TRequest.Code);
            request.Write(ref writer);
        }));
        return number;
    }

    /// <summary>The application's answer to a question, or null while there is none.</summary>
    public (Reason Reason, TReply? Reply)? AnswerTo<TReply>(uint number)
        where TReply : ILinkReply<TReply>
    {
        if (Frames.SingleOrDefault(frame => frame.Kind == LinkKind.Reply && frame.Handle == number) is not { } frame)
            return null;
        var reader = new WireReader(frame.Payload);
        var reason = (Reason)reader.ReadUInt32();
        return (reason, reason == Reason.Success ? TReply.Read(ref reader) : default);
    }

    /// <summary>Questions of one kind that the application has asked, with their numbers.</summary>
    public IEnumerable<(uint Number, TRequest Request)> Asked<TRequest, TReply>()
        where TRequest : ILinkRequest<TRequest, TReply>
        where TReply : ILinkReply<TReply>
    {
        foreach (var frame in Frames.Where(frame => frame.Kind == LinkKind.Request))
        {
            if (TryRead(frame, out var request))
                yield return (frame.Handle, request);
        }

        static bool TryRead(SentFrame frame, out TRequest request)
        {
            var reader = new WireReader(frame.Payload);
            var isIt = reader.ReadUInt32() == TRequest.Service.Value & reader.ReadUInt16() == TRequest.Code;
            request = TRequest.Read(ref reader);
            return isIt;
        }
    }

    public void Answer<TReply>(uint number, TReply reply, Reason reason = Reason.Success)
        where TReply : ILinkReply<TReply> =>
        Frame(LinkKind.Reply, number, Written((ref WireWriter writer) =>
        {
            writer.WriteUInt32((uint)reason);
            reply.Write(ref writer);
        }));

    /// <summary>Payloads of one type that were sent on a channel, in order.</summary>
    public IReadOnlyList<TPayload> Payloads<TPayload>(ChannelId channel)
        where TPayload : IPayload<TPayload> =>
        [.. Messages.Where(message => message.Channel == channel && message.Type == MessageType.ChannelSend)
            .Select(message => message.As<ChannelSend>())
            .Where(send => send.PayloadType == TPayload.MessageType)
            .Select(static send =>
            {
                var reader = new WireReader(send.Data.Span);
                return TPayload.Read(ref reader);
            })];

    public bool WasAccepted(ChannelId channel) => Messages.Any(message => message.Channel == channel && message.Type == MessageType.ChannelAccept);

    /// <summary>Why the application destroyed a channel; null when it did not.</summary>
    public Reason? DestroyedWith(ChannelId channel) => Messages
        .Where(message => message.Channel == channel && message.Type == MessageType.ChannelDestroy)
        .Select(static message => (Reason?)message.As<ChannelDestroy>().Reason)
        .SingleOrDefault();

    public IReadOnlyList<TPayload> Sent<TPayload>(LinkKind kind)
        where TPayload : ILinkPayload<TPayload> =>
        [.. Frames.Where(frame => frame.Kind == kind).Select(static frame =>
        {
            var reader = new WireReader(frame.Payload);
            return TPayload.Read(ref reader);
        })];

    /// <summary>Hands a frame to the application and runs what follows from it.</summary>
    public void Frame(LinkKind kind, uint handle, byte[] payload) =>
        loop.Run(() => _application!.OnLinkFrame(_link!, new LinkFrame(kind, handle, payload)));

    internal void Take(LinkKind kind, uint handle, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        byte[] payload = [.. head, .. body];
        Frames.Add(new SentFrame(kind, handle, payload));
        if (kind == LinkKind.Message)
            Messages.Add(new SentMessage(payload));
        else if (kind == LinkKind.Fanout)
            CopyOut(payload);
    }

    private static byte[] Written(WriteFields write)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(output);
        write(ref writer);
        writer.Complete();
        return output.WrittenSpan.ToArray();
    }

    private void CopyOut(byte[] payload)
    {
        if (!Fanout.TryRead(payload, out var fanout))
            throw new InvalidOperationException("The application sent a list of recipients that does not parse.");
        for (var i = 0; i < fanout.Count; i++)
            Messages.Add(new SentMessage(fanout.Message.ToArray(), new ChannelId(fanout[i].Channel)));
    }

    private void EndLink(Reason reason)
    {
        if (_link is not { } link)
            return;
        _link = null;
        link.IsOver = true;
        _application!.OnLinkClosed(link, reason);
    }

    private delegate void WriteFields(ref WireWriter writer);
}
