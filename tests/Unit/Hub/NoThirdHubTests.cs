using System.Buffers;
using System.Buffers.Binary;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Hubs;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Master;
using Sametime.Tests.Kit.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Hub;

/// <summary>What one hub says never goes on to a third one, whoever is meant: he is here or he is not.</summary>
public sealed class NoThirdHubTests : IDisposable
{
    private readonly HubScene _scene = new();
    private readonly PlayedHub _asking;
    private readonly PlayedHub _third;
    private readonly int _told;

    public NoThirdHubTests()
    {
        _asking = new PlayedHub(_scene.Loop, _scene.Hub, 2).Hello().Snapshot(0);
        _third = new PlayedHub(_scene.Loop, _scene.Hub, 3).Hello().Snapshot(0, PlayedHub.Came(7, "zoe"));
        _third.Say(new Offers([new Offer(ServiceTypes.Resolve, 0, 0, [])]));
        _told = _third.Sent.Count;
    }

    /// <summary>Whom a hub may ask for.</summary>
    public enum Target
    {
        User,
        Login,
        Service,
        ServiceOfTheHubItself,
    }

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData(Target.User, Reason.NoSuchUser)]
    [InlineData(Target.Login, Reason.NoSuchUser)]
    [InlineData(Target.Service, Reason.ServiceNotSupported)]
    [InlineData(Target.ServiceOfTheHubItself, Reason.ServiceNotSupported)]
    public void A_channel(Target target, Reason reason)
    {
        _asking.Say(new ForeignCreate(_asking.Origin(9, "yves"), new ChannelId(1), default, default, new ChannelCreate
        {
            Channel = new ChannelId(0x8000_0001),
            Target = Named(target),
            Service = ServiceTypes.Resolve,
            Protocol = ProtocolTypes.Resolve,
            Version = ProtocolVersions.Resolve,
        }));
        Assert.Equal(_told, _third.Sent.Count);
        var reader = new WireReader(_asking.Sent.Last(static frame => frame.Kind == LinkKind.Message).Payload);
        var header = MessageHeader.Read(ref reader);
        Assert.Equal((MessageType.ChannelDestroy, new ChannelId(1)), (header.Type, header.Channel));
        Assert.Equal(reason, ChannelDestroy.Read(ref reader).Reason);
        Assert.Empty(_scene.Hub.Status.Channels());
    }

    [Theory]
    [InlineData(Target.User)]
    [InlineData(Target.Login)]
    [InlineData(Target.Service)]
    [InlineData(Target.ServiceOfTheHubItself)]
    public void A_one_time_message(Target target)
    {
        _asking.Say(new ForeignOneTime(_asking.Origin(9, "yves"), new OneTime
        {
            Target = Named(target),
            Service = ServiceTypes.Resolve,
            Protocol = ProtocolTypes.Resolve,
            Version = ProtocolVersions.Resolve,
            PayloadType = 1,
        }));
        Assert.Equal((_told, 0L), (_third.Sent.Count, _scene.Counters.OneTimeMessages));
    }

    [Fact]
    public void An_announcement()
    {
        var alice = _scene.LogIn("alice");
        var before = _third.Sent.Count(static frame => frame.Kind != LinkKind.DirectoryDelta);
        _asking.Say(new ForeignAnnounce(_asking.Origin(9, "yves"), new Announce { Text = "tea", Recipients = ["@U zoe", "@U alice"] }));
        Assert.True(alice.Inbox.Has<Announce>());
        Assert.Equal(before, _third.Sent.Count(static frame => frame.Kind != LinkKind.DirectoryDelta));
    }

    [Fact]
    public void A_broadcast()
    {
        var alice = _scene.LogIn("alice");
        _asking.Say(LinkKind.Broadcast, 0, Bytes.Message(ChannelId.Master, new AdminNotice("Closing soon.")));
        Assert.True(alice.Inbox.Has<AdminNotice>());
        Assert.Equal((0, 0), (_third.Count(LinkKind.Broadcast), _asking.Count(LinkKind.Broadcast)));
    }

    [Fact]
    public void A_question_about_a_user()
    {
        var question = new byte[6];
        foreach (var (code, fields) in new[]
        {
            (DiscardUserRequest.Code, Fields<DiscardUserRequest, Done>(new DiscardUserRequest(new UserId("zoe"), Reason.Removed))),
            (StorageChangedRequest.Code, Fields<StorageChangedRequest, Done>(new StorageChangedRequest(new UserId("zoe"), "", [1]))),
        })
        {
            BinaryPrimitives.WriteUInt32BigEndian(question, CommunityServices.Community.Value);
            BinaryPrimitives.WriteUInt16BigEndian(question.AsSpan(4), code);
            _asking.Say(LinkKind.Request, 77, [.. question, .. fields]);
        }
        Assert.Equal((_told, 2), (_third.Sent.Count, _asking.Count(LinkKind.Reply)));
        Assert.All(_asking.Sent.Where(static frame => frame.Kind == LinkKind.Reply), static reply => Assert.Equal((77u, "00000000"), (reply.Handle, Convert.ToHexString(reply.Payload))));

        // An application here that asks the same is answered when the third has done its part.
        _scene.People.Ask<DiscardUserRequest, Done>(5, new DiscardUserRequest(new UserId("zoe"), Reason.Removed));
        Assert.Equal((1, 0), (_third.Count(LinkKind.Request), _scene.People.Replies.Count));
    }

    private IdBlock Named(Target target) => target switch
    {
        Target.User => new IdBlock("zoe"),
        Target.Login => new IdBlock(new LoginId(3, _third.Incarnation, 7).ToString()),
        Target.Service => IdBlock.Nobody,
        _ => new IdBlock(_scene.Hub.Status.Participants().Single(static one => one.Kind == ParticipantKind.Hub && one.Name == "hub-1").LoginId),
    };

    private static byte[] Fields<TRequest, TReply>(TRequest request)
        where TRequest : ILinkRequest<TRequest, TReply>
        where TReply : ILinkReply<TReply>
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(output);
        request.Write(ref writer);
        writer.Complete();
        return output.WrittenSpan.ToArray();
    }
}
