using Sametime.Contracts.Events;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Master;
using Sametime.Tests.Kit.Hub;
using Sametime.Tests.Unit.Hub.Capture;
using Xunit;

namespace Sametime.Tests.Unit.Hub;

/// <summary>A question is answered by whom it was put to, once. What anybody else says to it is passed over.</summary>
public sealed class WhoMayAnswerTests : IDisposable
{
    private readonly ManyHubsScene _scene = new(2);
    private readonly List<FakeApplication> _others = [];

    /// <summary>Each kind of question that a hub asks.</summary>
    public enum Question
    {
        Authenticate,
        LoadPrivacy,
        SavePrivacy,
        GroupMembers,
        Capture,
        OfAnotherApplication,
        ToAnotherHub,
    }

    public static TheoryData<Question> Questions => [.. Enum.GetValues<Question>()];

    public void Dispose() => _scene.Dispose();

    [Theory]
    [MemberData(nameof(Questions))]
    public void A_question_is_answered_by_whom_it_was_put_to_and_once(Question question)
    {
        var (hub, link) = (_scene[0].Hub, _scene.LinkOf(0, 1).Left);
        var (asked, number, fields) = Ask(question);
        byte[] answer = [0, 0, 0, 0, .. fields];
        var stranger = _scene[0].AddApplication("stranger");
        stranger.Provide(CommunityServices.Users);
        var said = Said();

        // An application that provides the same, another hub, and an Edge.
        foreach (var other in new ILink[] { stranger.Link, link, _scene[0].Edge.Link })
        {
            if (other != asked)
                _scene.Loop.Run(() => hub.OnLinkFrame(other, new LinkFrame(LinkKind.Reply, number, answer)));
            if (other != asked)
                _scene.Loop.Run(() => hub.OnLinkFrame(other, new LinkFrame(LinkKind.Reply, number, [0, 0, 0, 9])));
        }
        Assert.Equal((said, 1), (Said(), hub.Status.OpenRequests));
        Assert.Equal(2, _scene[0].Counters.UnknownFrames);

        _scene.Loop.Run(() => hub.OnLinkFrame(asked, new LinkFrame(LinkKind.Reply, number, answer)));
        var answered = Said();
        Assert.True(answered > said, "What was asked for did not go on.");
        _scene.Loop.Run(() => hub.OnLinkFrame(asked, new LinkFrame(LinkKind.Reply, number, answer)));
        Assert.Equal(answered, Said());
    }

    [Fact]
    public void Two_that_ask_under_one_number_each_get_their_own_answer()
    {
        var directory = _scene[0].AddApplication("directory");
        directory.Provide(CommunityServices.Directory);
        FakeApplication[] askers = [_scene[0].AddApplication("one"), _scene[0].AddApplication("other")];
        foreach (var asker in askers)
            asker.Ask<GroupMembersRequest, GroupMembersReply>(5, new GroupMembersRequest(asker.Name));

        var handles = directory.Frames.Where(static frame => frame.Kind == LinkKind.Request).Select(static frame => frame.Handle).ToArray();
        foreach (var (handle, member) in handles.Zip((string[])["of one", "of other"]).Reverse())
            directory.Deliver(LinkKind.Reply, handle, [0, 0, 0, 0, .. Bytes.Written(new GroupMembersReply([new UserId(member)]))]);
        Assert.Equal(["of one", "of other"], askers.Select(static asker =>
        {
            var reader = new WireReader(asker.Replies[5].Fields);
            return Assert.Single(GroupMembersReply.Read(ref reader).Members).Value;
        }));
    }

    [Fact]
    public void A_channel_is_accepted_used_and_ended_by_its_ends_alone()
    {
        var (resolve, stranger) = (_scene[0].AddResolve("resolve"), _scene[0].AddResolve("stranger"));
        stranger.Withdraw(ServiceTypes.Resolve);
        var alice = _scene[0].LogIn("alice");
        var mine = alice.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, ProtocolVersions.Resolve);
        var offer = resolve.Inbox.Take<ChannelCreate>();

        // Under the number that it has there, and under the one that it has here.
        var (mallory, link) = (_scene[0].LogIn("mallory"), _scene.LinkOf(0, 1).Left);
        alice.Inbox.Clear();
        foreach (var id in new[] { offer.Channel, mine })
        {
            stranger.Accept(offer with { Channel = id });
            stranger.Send(id, new ChannelSend(1, [1]));
            stranger.SendToMany([id], new ChannelSend(1, [1]));
            stranger.Refuse(offer with { Channel = id }, Reason.NotAuthorized);
            mallory.Accept(offer with { Channel = id });
            mallory.Say(id, [1]);
            mallory.Destroy(id);
            foreach (var message in new[] { Bytes.Message(id, new ChannelSend(1, [1])), Bytes.Message(id, new ChannelDestroy(Reason.Success)) })
                _scene.Loop.Run(() => _scene[0].Hub.OnLinkFrame(link, new LinkFrame(LinkKind.Message, 0, message)));
        }
        Assert.Equal((0, 0), (alice.Inbox.Count, resolve.Inbox.Count));
        Assert.Equal(18, _scene[0].Counters.UnknownChannels);

        resolve.Accept(offer);
        Assert.True(alice.Inbox.Has<ChannelAccept>());
    }

    /// <summary>All that the first hub has said to anybody.</summary>
    private int Said() => _scene[0].Edge.Frames.Count + _scene[0].People.Frames.Count + _scene.LinkOf(0, 1).Left.Sent.Count
        + _others.Sum(static other => other.Frames.Count);

    private (ILink Asked, uint Number, byte[] Fields) Ask(Question question)
    {
        var people = _scene[0].People;
        switch (question)
        {
            case Question.Authenticate:
                people.Answer<AuthenticateRequest, AuthenticateReply>(static _ => null);
                _scene[0].Edge.Attach("guest");
                return (people.Link, NumberOf(people), Bytes.Written(new AuthenticateReply(new UserId(""), "Guest", "", "")));
            case Question.LoadPrivacy:
                people.Answer<LoadPrivacyRequest, PrivacyReply>(static _ => null);
                _scene[0].Edge.Attach("alice");
                return (people.Link, NumberOf(people), Bytes.Written(new PrivacyReply(PrivacyInfo.Nobody)));
            case Question.SavePrivacy:
                people.Answer<SavePrivacyRequest, Done>(static _ => null);
                _scene[0].LogIn("alice").Send(new SetPrivacyList(PrivacyInfo.Nobody));
                return (people.Link, NumberOf(people), []);
            case Question.GroupMembers:
                var directory = Add("directory");
                directory.Provide(CommunityServices.Directory);
                _scene[0].LogIn("bob");
                _scene[0].LogIn("alice").Send(new Announce { Text = "tea", Recipients = ["@G staff"] });
                return (directory.Link, NumberOf(directory), Bytes.Written(new GroupMembersReply([new UserId("bob")])));
            case Question.Capture:
                var log = new FakeChatLog(_scene.Loop, _scene[0].Hub);
                log.SetPolicy(ChatLogMode.Strict);
                log.IsSlow = true;
                var (alice, bob) = (_scene[0].LogIn("alice"), _scene[0].LogIn("bob"));
                alice.Say(_scene.Converse(alice, bob).AtCreator, CaptureScene.Text("hello"));
                return (log.Application.Link, NumberOf(log.Application), []);
            case Question.OfAnotherApplication:
                var provider = Add("directory");
                provider.Provide(CommunityServices.Directory);
                Add("asker").Ask<GroupMembersRequest, GroupMembersReply>(5, new GroupMembersRequest("staff"));
                return (provider.Link, NumberOf(provider), Bytes.Written(new GroupMembersReply([])));
            default:
                _scene[1].LogIn("zoe");
                _scene.LinkOf(0, 1).IsSlow = true;
                Add("asker").Ask<DiscardUserRequest, Done>(5, new DiscardUserRequest(new UserId("zoe"), Reason.Removed));
                var link = _scene.LinkOf(0, 1).Left;
                return (link, link.Sent.Last(static frame => frame.Kind == LinkKind.Request).Handle, []);
        }
    }

    private FakeApplication Add(string name)
    {
        var application = _scene[0].AddApplication(name);
        _others.Add(application);
        return application;
    }

    private static uint NumberOf(FakeApplication asked) => asked.Frames.Last(static frame => frame.Kind == LinkKind.Request).Handle;
}
