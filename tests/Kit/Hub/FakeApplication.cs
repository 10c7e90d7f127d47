using System.Buffers.Binary;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Tests.Kit.Loop;

namespace Sametime.Tests.Kit.Hub;

/// <summary>A server application as the hub sees it. It answers the hub's questions as the test has said, after the hub's own turn.</summary>
public sealed class FakeApplication
{
    private readonly ManualLoop _loop;
    private readonly ILinkHandler _hub;
    private readonly Dictionary<(ServiceType, ushort), Answerer> _answers = [];

    public FakeApplication(ManualLoop loop, ILinkHandler hub, string name)
    {
        (_loop, _hub, Name) = (loop, hub, name);
        Link = new FakeLink(FakeLink.Application(name), OnSent);
        hub.OnLinkOpened(Link);
    }

    /// <summary>Answers a question's fields with a reason and the fields of the answer; null keeps silent.</summary>
    public delegate (Reason Reason, byte[] Fields)? Answerer(ReadOnlySpan<byte> fields);

    public string Name { get; }

    public FakeLink Link { get; }

    public Inbox Inbox { get; } = new();

    public List<SentFrame> Frames { get; } = [];

    /// <summary>Community events, as kind and fields.</summary>
    public List<(CommunityEventKinds Kind, byte[] Fields)> Heard { get; } = [];

    /// <summary>Answers to questions of this application, by its number.</summary>
    public Dictionary<uint, (Reason Reason, byte[] Fields)> Replies { get; } = [];

    public int QuestionCount => Frames.Count(frame => frame.Kind == LinkKind.Request);

    public void Provide(ServiceType service, ProtocolType protocol, uint version, ServiceScope scope = ServiceScope.Global) =>
        Deliver(0, new Provide(service, scope, [new ServiceProtocol(protocol, version)]));

    public void Provide(ServiceType service) => Deliver(0, new Provide(service, ServiceScope.Global, []));

    public void Withdraw(ServiceType service) => Deliver(0, new Withdraw(service));

    public void Report(ushort load) => Deliver(0, new Load(load));

    public void Subscribe(CommunityEventKinds kinds) => Deliver(0, new Subscribe(kinds));

    public void Locate(params string[] users) => Deliver(0, new Locate([.. users.Select(user => new UserId(user))]));

    public void Unlocate(params string[] users) => Deliver(0, new Unlocate([.. users.Select(user => new UserId(user))]));

    /// <summary>Says how questions of this type are answered.</summary>
    public void Answer<TRequest, TReply>(Func<TRequest, (Reason, TReply?)?> answer)
        where TRequest : ILinkRequest<TRequest, TReply>
        where TReply : ILinkReply<TReply> =>
        _answers[(TRequest.Service, TRequest.Code)] = fields =>
        {
            var reader = new WireReader(fields);
            if (answer(TRequest.Read(ref reader)) is not var (reason, reply))
                return null;
            var output = new System.Buffers.ArrayBufferWriter<byte>();
            var writer = new WireWriter(output);
            reply?.Write(ref writer);
            writer.Complete();
            return (reason, output.WrittenSpan.ToArray());
        };

    /// <summary>Asks the hub, or through it another application.</summary>
    public void Ask<TRequest, TReply>(uint number, TRequest request)
        where TRequest : ILinkRequest<TRequest, TReply>
        where TReply : ILinkReply<TReply>
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        var writer = new WireWriter(output);
        writer.WriteUInt32(TRequest.Service.Value);
        writer.WriteUInt16(TRequest.Code);
        request.Write(ref writer);
        writer.Complete();
        Deliver(LinkKind.Request, number, output.WrittenSpan.ToArray());
    }

    public void Send<T>(ChannelId channel, in T message)
        where T : IWireMessage<T> => Deliver(LinkKind.Message, 0, Bytes.Message(channel, message));

    public void Accept(ChannelCreate offer) => Send(
        offer.Channel, new ChannelAccept { Service = offer.Service, Protocol = offer.Protocol, Version = offer.Version });

    public void Refuse(ChannelCreate offer, Reason reason) => Send(offer.Channel, new ChannelDestroy(reason));

    /// <summary>One message on many channels.</summary>
    public void SendToMany(IReadOnlyList<ChannelId> channels, in ChannelSend message)
    {
        var payload = new byte[4 + (8 * channels.Count)];
        BinaryPrimitives.WriteUInt32BigEndian(payload, (uint)channels.Count);
        for (var i = 0; i < channels.Count; i++)
            BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan(8 + (8 * i)), channels[i].Value);
        Deliver(LinkKind.Fanout, 0, [.. payload, .. Bytes.Message(ChannelId.Master, message)]);
    }

    /// <summary>A frame to the hub, then everything that follows from it.</summary>
    public void Deliver(LinkKind kind, uint handle, byte[] payload)
    {
        _hub.OnLinkFrame(Link, new LinkFrame(kind, handle, payload));
        _loop.RunUntilIdle();
    }

    /// <summary>The link breaks.</summary>
    public void Break(Reason reason = Reason.ConnectionBroken)
    {
        Link.IsDead = true;
        _hub.OnLinkClosed(Link, reason);
        _loop.RunUntilIdle();
    }

    /// <summary>The events of one kind, read.</summary>
    public IReadOnlyList<T> HeardOf<T>()
        where T : ICommunityEvent<T> =>
        [.. Heard.Where(heard => heard.Kind == T.Kind).Select(heard =>
        {
            var reader = new WireReader(heard.Fields);
            return T.Read(ref reader);
        })];

    private void Deliver<TPayload>(uint handle, TPayload payload)
        where TPayload : ILinkPayload<TPayload> => Deliver(TPayload.Kind, handle, Bytes.Of(payload));

    private void OnSent(SentFrame frame)
    {
        Frames.Add(frame);
        var reader = new WireReader(frame.Payload);
        switch (frame.Kind)
        {
            case LinkKind.Message:
                Inbox.Add(frame.Payload);
                break;

            case LinkKind.CommunityEvent:
                Heard.Add(((CommunityEventKinds)reader.ReadUInt32(), frame.Payload[4..]));
                break;

            case LinkKind.Reply:
                Replies[frame.Handle] = ((Reason)reader.ReadUInt32(), frame.Payload[4..]);
                break;

            case LinkKind.Request:
                var question = (new ServiceType(reader.ReadUInt32()), reader.ReadUInt16());
                if (_answers.TryGetValue(question, out var answer) && answer(frame.Payload.AsSpan(6)) is var (reason, fields))
                    _loop.Post(() => Reply(frame.Handle, reason, fields));
                break;
        }
    }

    private void Reply(uint number, Reason reason, byte[] fields)
    {
        if (Link.IsDead)
            return;
        var payload = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(payload, (uint)reason);
        _hub.OnLinkFrame(Link, new LinkFrame(LinkKind.Reply, number, [.. payload, .. fields]));
    }
}
