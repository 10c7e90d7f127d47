using System.Buffers;
using System.Text;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Events;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Master;
using Sametime.Tests.Kit.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Hub;

/// <summary>What applications ask the hub, and what it asks others for them.</summary>
public sealed class QuestionTests : IDisposable
{
    private readonly HubScene _scene = new();
    private readonly FakeApplication _asker;

    public QuestionTests() => _asker = _scene.AddApplication("asker");

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void A_question_that_is_cut_off_anywhere_is_answered_that_it_is_bad_and_nothing_is_done()
    {
        var alice = _scene.LogIn("alice");
        byte[][] questions =
        [
            Question<DiscardUserRequest, Done>(new DiscardUserRequest(new UserId("alice"), Reason.Removed)),
            Question<StorageChangedRequest, Done>(new StorageChangedRequest(new UserId("alice"), "", [1])),
            Question<ActivatePlaceRequest, Done>(new ActivatePlaceRequest("hall")),
            Question<AllocatePlaceRequest, PlaceHub>(new AllocatePlaceRequest("hall")),
        ];
        alice.Inbox.Clear();
        foreach (var question in questions)
        {
            for (var length = 0; length < question.Length; length++)
            {
                _asker.Replies.Clear();
                _asker.Deliver(LinkKind.Request, 3, question[..length]);
                Assert.Equal((length, Reason.BadData, 0), (length, _asker.Replies[3].Reason, _asker.Replies[3].Fields.Length));
            }
        }
        Assert.Equal((null, 0, 0), (alice.EndedBecause, alice.Inbox.Count, _scene.Hub.Status.ActivePlaces.Count));
        Assert.Null(_asker.Link.ClosedBecause);
    }

    [Fact]
    public void What_nobody_can_do_is_not_implemented()
    {
        foreach (var service in new[] { CommunityServices.Community, CommunityServices.OnlineDirectory })
        {
            var output = new ArrayBufferWriter<byte>();
            var writer = new WireWriter(output);
            writer.WriteUInt32(service.Value);
            writer.WriteUInt16(0x7777);
            writer.WriteString("hall");
            writer.Complete();
            _asker.Deliver(LinkKind.Request, 3, output.WrittenSpan.ToArray());
            Assert.True(_asker.Replies.Remove(3, out var reply));
            Assert.Equal((service, Reason.NotImplemented), (service, reply.Reason));
        }
    }

    [Fact]
    public void An_answer_that_is_cut_off_is_none()
    {
        var directory = _scene.AddApplication("directory");
        directory.Provide(CommunityServices.Directory);
        byte[] whole = [0, 0, 0, 0, .. Bytes.Written(new GroupMembersReply([new UserId("bob")]))];
        for (var length = 0; length < 4; length++)
        {
            _asker.Ask<GroupMembersRequest, GroupMembersReply>(3, new GroupMembersRequest("staff"));
            directory.Deliver(LinkKind.Reply, NumberOf(directory), whole[..length]);
            Assert.True(_asker.Replies.Remove(3, out var reply));
            Assert.Equal((length, Reason.BadData, 0), (length, reply.Reason, reply.Fields.Length));
        }

        // A question of the hub's own it reads itself: what cannot be read names nobody, and holds nothing up.
        var (alice, bob) = (_scene.LogIn("alice"), _scene.LogIn("bob"));
        for (var length = 0; length <= whole.Length; length++)
        {
            alice.Send(new Announce { Text = "tea", Recipients = ["@G staff", "@U alice"] });
            directory.Deliver(LinkKind.Reply, NumberOf(directory), whole[..length]);
            Assert.Equal((length, 1), (length, alice.Inbox.TakeAll<Announce>().Count));
            Assert.Equal((length, length == whole.Length ? 1 : 0), (length, bob.Inbox.TakeAll<Announce>().Count));
        }
        Assert.Equal((0, whole.Length), (_scene.Hub.Status.OpenRequests, _scene.Counters.AnnouncedGroupsIgnored));

        static uint NumberOf(FakeApplication asked) => asked.Frames.Last(static frame => frame.Kind == LinkKind.Request).Handle;
    }

    [Fact]
    public void A_credential_is_sealed_anew_for_whom_it_is_for_and_one_sealed_for_another_link_is_not_taken()
    {
        var seen = new List<string>();
        _scene.People.Answer<AuthenticateRequest, AuthenticateReply>(request =>
        {
            seen.Add(Encoding.UTF8.GetString(_scene.People.Link.Open(request.SealedCredential) ?? []));
            return (Reason.Success, new AuthenticateReply(new UserId("alice"), "Alice", "", ""));
        });
        _asker.Ask<AuthenticateRequest, AuthenticateReply>(1, Ask(_asker.Link.Seal("pa55word"u8)));
        _asker.Ask<AuthenticateRequest, AuthenticateReply>(2, Ask(_scene.Edge.Link.Seal("pa55word"u8)));
        _asker.Deliver(LinkKind.Request, 3, Question<AuthenticateRequest, AuthenticateReply>(Ask(_asker.Link.Seal("pa55word"u8)))[..20]);
        Assert.Equal(["pa55word"], seen);
        Assert.Equal([Reason.Success, Reason.BadData, Reason.BadData], new uint[] { 1, 2, 3 }.Select(number => _asker.Replies[number].Reason));

        static AuthenticateRequest Ask(Opaque credential) => new(
            "alice", CredentialKind.Password, credential, [127, 0, 0, 1], ClientType.Meanwhile, TransportSecurity.Tls, default);
    }

    [Fact]
    public void A_credential_may_take_as_long_as_a_login_has_and_another_question_may_not()
    {
        _scene.AddApplication("directory").Provide(CommunityServices.Directory);
        _scene.People.Answer<AuthenticateRequest, AuthenticateReply>(static _ => null);
        _asker.Ask<AuthenticateRequest, AuthenticateReply>(1, new AuthenticateRequest(
            "alice", CredentialKind.Password, _asker.Link.Seal("x"u8), [127, 0, 0, 1], ClientType.Meanwhile, TransportSecurity.Tls, default));
        _asker.Ask<GroupMembersRequest, GroupMembersReply>(2, new GroupMembersRequest("staff"));
        _scene.Loop.Advance(_scene.Options.Limits.ReplyWithin);
        Assert.Equal([2u], _asker.Replies.Keys.ToArray());
        _scene.Loop.Advance(_scene.Options.Limits.LoginDecision - _scene.Options.Limits.ReplyWithin);
        Assert.Equal((Reason.ServerNotResponding, Reason.ServerNotResponding), (_asker.Replies[1].Reason, _asker.Replies[2].Reason));
    }

    [Fact]
    public void A_token_is_sealed_anew_for_who_asked()
    {
        var tokens = _scene.AddApplication("tokens");
        tokens.Answer<IssueTokenRequest, IssueTokenReply>(request => request.For switch
        {
            "web" => (Reason.Success, new IssueTokenReply(tokens.Link.Seal("a token"u8), 12345)),
            "mistaken" => (Reason.Success, new IssueTokenReply(_asker.Link.Seal("a token"u8), 12345)),
            _ => (Reason.NotAuthorized, null),
        });
        tokens.Provide(IssueTokenRequest.Service);
        string[] askedFor = ["web", "mistaken", "nothing"];
        for (uint number = 0; number < askedFor.Length; number++)
            _asker.Ask<IssueTokenRequest, IssueTokenReply>(number, new IssueTokenRequest(new UserId("alice"), OneTime: true, 0, default, askedFor[number]));
        Assert.Equal([Reason.Success, Reason.BadData, Reason.NotAuthorized], new uint[] { 0, 1, 2 }.Select(number => _asker.Replies[number].Reason));
        Assert.Equal([0, 0], new uint[] { 1, 2 }.Select(number => _asker.Replies[number].Fields.Length));
        var reader = new WireReader(_asker.Replies[0].Fields);
        var reply = IssueTokenReply.Read(ref reader);
        Assert.Equal(("a token", 12345ul), (Encoding.UTF8.GetString(_asker.Link.Open(reply.SealedToken)!), reply.ExpiresMilliseconds));
    }

    [Fact]
    public void A_question_goes_to_the_least_busy_application_that_can_answer_it()
    {
        FakeApplication[] directories = [.. new[] { "first", "second", "third" }.Select(_scene.AddApplication)];
        foreach (var (directory, load) in directories.Zip(new ushort[] { 500, 100, 900 }))
        {
            directory.Provide(CommunityServices.Directory);
            directory.Report(load);
        }
        _asker.Ask<GroupMembersRequest, GroupMembersReply>(1, new GroupMembersRequest("staff"));
        Assert.Equal([0, 1, 0], directories.Select(static directory => directory.QuestionCount));
    }

    [Theory]
    [InlineData(ServiceScope.Global, 1)]
    [InlineData(ServiceScope.Local, 0)]
    public void Another_hub_asks_those_alone_who_serve_every_hub(ServiceScope scope, int asked)
    {
        var directory = _scene.AddApplication("directory");
        directory.Deliver(LinkKind.Provide, 0, Bytes.Of(new Provide(CommunityServices.Directory, scope, [])));
        var hub = new PlayedHub(_scene.Loop, _scene.Hub, 2).Hello().Snapshot(0);
        hub.Say(LinkKind.Request, 7, Question<GroupMembersRequest, GroupMembersReply>(new GroupMembersRequest("staff")));
        Assert.Equal((asked, 1 - asked), (directory.QuestionCount, hub.Count(LinkKind.Reply)));

        // An application here may ask it in any case.
        _asker.Ask<GroupMembersRequest, GroupMembersReply>(1, new GroupMembersRequest("staff"));
        Assert.Equal(asked + 1, directory.QuestionCount);
    }

    [Fact]
    public void A_user_who_is_discarded_while_he_waits_is_not_let_in_and_others_are()
    {
        _scene.People.Answer<LoadPrivacyRequest, PrivacyReply>(static _ => null);
        var (alice, bob) = (_scene.Edge.Attach("alice"), _scene.Edge.Attach("bob"));
        _asker.Ask<DiscardUserRequest, Done>(1, new DiscardUserRequest(new UserId("alice"), Reason.Removed));
        Assert.Equal((Reason.Removed, null), (alice.EndedBecause, bob.EndedBecause));
        Assert.Equal((Reason.Success, 1, 1L), (_asker.Replies[1].Reason, _scene.Hub.Status.UndecidedLogins, _scene.Counters.LoginsRefused));
        // That all is well is no reason to be turned away with.
        _asker.Ask<DiscardUserRequest, Done>(2, new DiscardUserRequest(new UserId("bob"), Reason.Success));
        Assert.Equal(Reason.ServerNotResponding, bob.EndedBecause);
    }

    [Fact]
    public void An_application_speaks_for_the_community_also_to_who_hides_from_everybody()
    {
        var (alice, bob) = (_scene.LogIn("alice"), _scene.LogIn("bob"));
        bob.Send(new SetPrivacyList(PrivacyInfo.Nobody));
        var oneTime = new OneTime { Target = new("bob"), Service = ServiceTypes.Resolve, Protocol = ProtocolTypes.Resolve, Version = 0, PayloadType = 3, Data = [7] };
        var announce = new Announce { Text = "The building closes.", Recipients = ["@U bob", "@U alice"] };
        alice.Send(oneTime);
        alice.Send(announce with { Recipients = ["@U bob"] });
        Assert.False(bob.Inbox.Has<OneTime>() || bob.Inbox.Has<Announce>());
        Assert.Equal((0L, 0L), (_scene.Counters.Announcements, _scene.Counters.OneTimeMessages)); // they have reached nobody

        _asker.Send(ChannelId.Master, oneTime);
        _asker.Send(ChannelId.Master, announce);
        Assert.Equal([7], Assert.Single(bob.Inbox.TakeAll<OneTime>()).Data);
        var told = bob.Inbox.Take<Announce>();
        Assert.Equal(("The building closes.", new UserId("asker")), (told.Text, told.Sender!.UserId));
        Assert.True(alice.Inbox.Has<Announce>());
        Assert.Equal((1L, 1L), (_scene.Counters.Announcements, _scene.Counters.OneTimeMessages));
    }

    [Fact]
    public void Who_an_announcement_or_an_accept_claims_to_be_from_is_replaced_and_counted_when_it_is_another()
    {
        var (alice, bob) = (_scene.LogIn("alice"), _scene.LogIn("bob"));
        foreach (var (login, count) in new[] { (alice.LoginId!, 0L), (bob.LoginId!, 1L) })
        {
            alice.Send(new Announce { Text = "x", Recipients = ["@U bob"], Sender = Claimed(login) });
            var sender = bob.Inbox.Take<Announce>().Sender!;
            Assert.Equal((alice.LoginId, new UserId("alice")), (sender.LoginId, sender.UserId));
            Assert.Equal(count, _scene.Counters.FalseIdentities);
        }
        foreach (var (login, count) in new[] { (bob.LoginId!, 1L), (alice.LoginId!, 2L) })
        {
            alice.CreateIm("bob");
            var offer = bob.Inbox.Take<ChannelCreate>();
            bob.Send(offer.Channel, new ChannelAccept { Service = offer.Service, Protocol = offer.Protocol, Version = offer.Version, Acceptor = Claimed(login) });
            Assert.Equal(new UserId("bob"), alice.Inbox.Take<ChannelAccept>().Acceptor!.UserId);
            Assert.Equal(count, _scene.Counters.FalseIdentities);
        }

        static LoginInfo Claimed(string login) => new(login, ClientType.Meanwhile, new UserId("boss"), "The Boss");
    }

    [Fact]
    public void What_was_never_offered_cannot_be_withdrawn()
    {
        _scene.AddResolve("resolve");
        var subscriber = _scene.AddApplication("subscriber");
        subscriber.Subscribe(CommunityEventKinds.ServiceChanged);
        subscriber.Heard.Clear();
        _asker.Withdraw(ServiceTypes.Resolve);
        _asker.Withdraw(ServiceTypes.Storage);
        Assert.Empty(subscriber.Heard);
        Assert.Empty(_scene.Events.Of<ServiceDown>());
        Assert.Contains(ServiceTypes.Resolve, _scene.Hub.Status.Services);
    }

    [Fact]
    public void A_service_is_down_when_its_last_provider_has_withdrawn_it_and_not_before()
    {
        var (first, second) = (_scene.AddResolve("first"), _scene.AddResolve("second"));
        first.Withdraw(ServiceTypes.Resolve);
        Assert.Contains(ServiceTypes.Resolve, _scene.Hub.Status.Services);
        Assert.Single(_scene.Events.Of<ServiceDown>());
        second.Withdraw(ServiceTypes.Resolve);
        Assert.DoesNotContain(ServiceTypes.Resolve, _scene.Hub.Status.Services);
        Assert.Equal([Reason.Success, Reason.Success], _scene.Events.Of<ServiceDown>().Select(static fact => fact.Reason));
    }

    private static byte[] Question<TRequest, TReply>(TRequest request)
        where TRequest : ILinkRequest<TRequest, TReply>
        where TReply : ILinkReply<TReply>
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(output);
        writer.WriteUInt32(TRequest.Service.Value);
        writer.WriteUInt16(TRequest.Code);
        request.Write(ref writer);
        writer.Complete();
        return output.WrittenSpan.ToArray();
    }
}
