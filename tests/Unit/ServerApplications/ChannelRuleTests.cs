using System.Text;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.ServerApplications;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Tests.Kit.Services;
using Xunit;

namespace Sametime.Tests.Unit.ServerApplications;

/// <summary>What an application does with a hub, a participant or a service that does not keep to the order of a channel's life.</summary>
public sealed class ChannelRuleTests
{
    private static readonly ProtocolType Protocol = new(1);

    private readonly List<string> _told = [];

    [Fact]
    public void A_channel_that_nobody_has_asked_for_is_refused()
    {
        var it = ApplicationFixture.Of(new EchoService());
        var id = new ChannelId(0x8000_0007);

        Create(it, id, creator: null);

        Assert.Equal(Reason.UserInvalid, it.Hub.DestroyedWith(id));
        Assert.Equal(0, it.Application.ChannelCount);
    }

    [Fact]
    public void A_number_in_use_or_none_at_all_opens_nothing_and_ends_nothing()
    {
        var it = ApplicationFixture.Of(new EchoService());
        var alices = it.Hub.Open(EchoService.Echo, Protocol, 1, Logins.Of("alice"));
        var before = it.Hub.Messages.Count;

        foreach (var id in new[] { alices, ChannelId.Master })
            Create(it, id, Logins.Of("mallory"));

        Assert.Equal((1, before), (it.Application.ChannelCount, it.Hub.Messages.Count));
        it.Hub.Send(alices, new EchoText("still here"));
        Assert.Equal([new EchoText("still here")], it.Hub.Payloads<EchoText>(alices));
    }

    [Fact]
    public void What_is_encrypted_ends_the_channel_since_a_service_agrees_on_no_cipher()
    {
        var it = ApplicationFixture.Of(new EchoService());
        var channel = it.Hub.Open(EchoService.Echo, Protocol, 1, Logins.Of("alice"));
        var message = SentMessageOf(channel, MessageOptions.Encrypted);

        it.Hub.Frame(LinkKind.Message, 0, message);

        Assert.Equal(Reason.EncryptionNotSupported, it.Hub.DestroyedWith(channel));
        Assert.Empty(it.Hub.Payloads<EchoText>(channel));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void An_accept_of_a_channel_that_was_asked_of_us_or_by_nobody_ends_it(bool isOurs, bool hasAcceptor)
    {
        ServiceOffer? bot = null;
        var it = ApplicationFixture.Of(new EchoService(), new TableService(table => bot = Told(table.Speaks(ServiceTypes.InstantMessage, Protocol, 1))));
        var id = it.Hub.Open(EchoService.Echo, Protocol, 1, Logins.Of("alice"));
        if (isOurs)
        {
            it.Loop.Run(() => it.Application.CreateChannel(bot!, new IdBlock("bob")));
            id = it.Hub.Messages[^1].As<ChannelCreate>().Channel;
        }

        it.Hub.Message(id, new ChannelAccept
        {
            Service = EchoService.Echo, Protocol = Protocol, Version = 1, Acceptor = hasAcceptor ? Logins.Of("bob") : null,
        });

        Assert.Equal(Reason.RequestInvalid, it.Hub.DestroyedWith(id));
        Assert.Equal(isOurs ? ["over: RequestInvalid"] : [], _told);
    }

    [Fact]
    public void Who_is_asked_hears_for_whom_and_with_what_and_the_answer_brings_back_what_came_with_it()
    {
        ServiceOffer? bot = null;
        var it = ApplicationFixture.Of(new TableService(table => bot = Told(table.Speaks(ServiceTypes.InstantMessage, Protocol, 7))));
        it.Loop.Run(() => it.Application.CreateChannel(bot!, new IdBlock("bob"), new Opaque([1, 2]), Logins.Of("alice")));
        var create = it.Hub.Messages[^1].As<ChannelCreate>();
        Assert.Equal(
            (ServiceTypes.InstantMessage, Protocol, 7u, "alice", new Opaque([1, 2])),
            (create.Service, create.Protocol, create.Version, create.Creator?.UserId.Value, create.AdditionalData));

        it.Hub.Message(create.Channel, new ChannelAccept
        {
            Service = create.Service, Protocol = Protocol, Version = 7, AdditionalData = new Opaque([3]), Acceptor = Logins.Of("bob"),
        });

        Assert.Equal(["bob: 3"], _told);
    }

    [Fact]
    public void A_service_that_takes_a_channel_may_say_something_with_it_once()
    {
        var it = ApplicationFixture.Of(new TableService(table => table.Provides(EchoService.Echo, ServiceScope.Global, Protocol, 9).Opens((channel, data) =>
        {
            channel.Accept(data);
            channel.Accept();
            channel.Refuse(Reason.NotAuthorized);
        })));

        var id = it.Hub.Open(EchoService.Echo, Protocol, 9, Logins.Of("alice"), new Opaque([4, 5]));

        var accept = Assert.Single(it.Hub.Messages).As<ChannelAccept>();
        Assert.Equal((EchoService.Echo, Protocol, 9u, new Opaque([4, 5])), (accept.Service, accept.Protocol, accept.Version, accept.AdditionalData));
        Assert.Equal(id, Assert.Single(it.Hub.Messages).Channel);
    }

    [Theory]
    [InlineData(false, "")]
    [InlineData(true, "0000000100000002BEEF")]
    public void A_channel_is_handed_on_to_whom_the_hub_finds_or_to_the_provider_that_is_named(bool isNamed, string detail)
    {
        LoginId? provider = isNamed ? LoginIdOf(detail) : null;
        var it = ApplicationFixture.Of(new TableService(table => Told(table.Provides(EchoService.Echo, ServiceScope.Global, Protocol, 1))
            .Opens((channel, _) => channel.Redirect(provider))));

        it.Hub.Open(EchoService.Echo, Protocol, 1, Logins.Of("alice"));

        var destroy = Assert.Single(it.Hub.Messages).As<ChannelDestroy>();
        Assert.Equal((Reason.ConnectElsewhere, detail), (destroy.Reason, Encoding.ASCII.GetString(destroy.Detail.Span)));
        Assert.Empty(_told);
        Assert.Equal(0, it.Application.ChannelCount);
    }

    [Fact]
    public void What_is_sent_before_a_channel_is_taken_and_after_it_is_over_reaches_nobody()
    {
        ServiceChannel? channel = null;
        var it = ApplicationFixture.Of(new TableService(table => Told(table.Provides(EchoService.Echo, ServiceScope.Global, Protocol, 1))
            .Opens((asked, _) => channel = asked)
            .On<EchoText>((_, text) => _told.Add(text.Text))));
        var id = it.Hub.Open(EchoService.Echo, Protocol, 1, Logins.Of("alice"));

        it.Hub.Send(id, new EchoText("too early"));
        it.Loop.Run(() => channel!.Send(new EchoText("too early")));
        it.Loop.Run(() => channel!.Accept());
        it.Loop.Run(() => channel!.Destroy(Reason.NotAuthorized));
        it.Loop.Run(() => channel!.Destroy(Reason.Success));
        it.Loop.Run(() => channel!.Send(new EchoText("too late")));

        Assert.Equal(["over: NotAuthorized"], _told);
        Assert.Equal([MessageType.ChannelAccept, MessageType.ChannelDestroy], it.Hub.Messages.Select(static message => message.Type));
    }

    [Fact]
    public void What_a_handler_says_to_who_has_gone_meanwhile_reaches_nobody_also_if_his_number_is_anothers()
    {
        var gate = new TaskCompletionSource();
        var it = ApplicationFixture.Of(new TableService(table => Told(table.Provides(EchoService.Echo, ServiceScope.Global, Protocol, 1))
            .OnAsync<EchoText>(async (channel, text, _) =>
            {
                await gate.Task;
                channel.Send(text);
                channel.Destroy(Reason.RequestInvalid);
            })));
        var id = it.Hub.Open(EchoService.Echo, Protocol, 1, Logins.Of("alice"));
        it.Hub.Send(id, new EchoText("hello"));
        it.Hub.Message(id, new ChannelDestroy(Reason.Success));
        Assert.Equal(0, it.Application.ChannelCount);
        Create(it, id, Logins.Of("bob"));

        it.Loop.Run(gate.SetResult);

        Assert.Empty(it.Hub.Payloads<EchoText>(id));
        Assert.Null(it.Hub.DestroyedWith(id));
        Assert.Equal(1, it.Application.ChannelCount);
        Assert.Equal(["over: RequestInvalid"], _told);
    }

    [Fact]
    public void A_channel_destroyed_by_its_handler_handles_nothing_that_waited_and_is_over_once()
    {
        var gate = new TaskCompletionSource();
        var it = ApplicationFixture.Of(new TableService(table => Told(table.Provides(EchoService.Echo, ServiceScope.Global, Protocol, 1))
            .OnAsync<EchoText>(async (channel, text, _) =>
            {
                _told.Add(text.Text);
                await gate.Task;
                channel.Destroy(Reason.NotAuthorized);
            })));
        var id = it.Hub.Open(EchoService.Echo, Protocol, 1, Logins.Of("alice"));
        it.Hub.Send(id, new EchoText("first"));
        it.Hub.Send(id, new EchoText("second"));

        it.Loop.Run(gate.SetResult);

        Assert.Equal(["first", "over: NotAuthorized"], _told);
        Assert.Equal(Reason.NotAuthorized, it.Hub.DestroyedWith(id));
    }

    [Theory]
    [InlineData("opening")]
    [InlineData("accepting")]
    [InlineData("closing")]
    public void A_bug_in_any_handler_costs_its_channel_one_line_of_log_and_nobody_else(string where)
    {
        ServiceOffer? bot = null;
        var it = ApplicationFixture.Of(new EchoService(), new TableService(table =>
        {
            var offer = table.Provides(ServiceTypes.InstantMessage, ServiceScope.Global, Protocol, 1);
            bot = table.Speaks(ServiceTypes.InstantMessage, Protocol, 1);
            _ = where switch
            {
                "opening" => offer.Opens(static (_, _) => throw new InvalidOperationException("bug")),
                "closing" => offer.Closes(static (_, _) => throw new InvalidOperationException("bug")),
                _ => bot.Accepted(static (_, _) => throw new InvalidOperationException("bug")),
            };
        }));
        var other = it.Hub.Open(EchoService.Echo, Protocol, 1, Logins.Of("alice"));
        var id = it.Hub.Open(ServiceTypes.InstantMessage, Protocol, 1, Logins.Of("bob"));
        if (where == "closing")
        {
            it.Hub.Message(id, new ChannelDestroy(Reason.Success));
        }
        else if (where == "accepting")
        {
            it.Hub.Message(id, new ChannelDestroy(Reason.Success));
            it.Loop.Run(() => it.Application.CreateChannel(bot!, new IdBlock("bob")));
            id = it.Hub.Messages[^1].As<ChannelCreate>().Channel;
            it.Hub.Message(id, new ChannelAccept { Service = ServiceTypes.InstantMessage, Protocol = Protocol, Version = 1, Acceptor = Logins.Of("bob") });
        }

        Assert.Equal(where == "closing" ? null : Reason.ServerBroken, it.Hub.DestroyedWith(id));
        Assert.StartsWith("Error 1:", Assert.Single(it.Log.Errors), StringComparison.Ordinal);
        Assert.Equal(1, it.Application.ChannelCount);
        it.Hub.Send(other, new EchoText("still here"));
        Assert.Single(it.Hub.Payloads<EchoText>(other));
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 0, 1)]
    [InlineData(2, 1, 0)]
    public void Only_who_are_many_get_one_frame_for_all(int count, int fanouts, int messages)
    {
        var it = ApplicationFixture.Of(new EchoService());
        ChannelId[] channels = [.. Enumerable.Range(0, count).Select(i => it.Hub.Open(EchoService.Echo, Protocol, 1, Logins.Of($"user{i}")))];
        it.Hub.Frames.Clear();

        it.Loop.Run(() => it.Application.SendToMany(channels, new EchoText("all")));

        Assert.Equal((fanouts, messages), (it.Hub.FanoutFrames, it.Hub.Frames.Count(static frame => frame.Kind == LinkKind.Message)));
        Assert.All(channels, channel => Assert.Single(it.Hub.Payloads<EchoText>(channel)));
    }

    [Fact]
    public void Of_many_channels_those_that_are_over_are_left_out()
    {
        var channels = new List<ServiceChannel>();
        var it = ApplicationFixture.Of(new TableService(table => table.Provides(EchoService.Echo, ServiceScope.Global, Protocol, 1).Opens((channel, _) =>
        {
            channels.Add(channel);
            channel.Accept();
        })));
        ChannelId[] ids = [.. Enumerable.Range(0, 3).Select(i => it.Hub.Open(EchoService.Echo, Protocol, 1, Logins.Of($"user{i}")))];
        it.Hub.Message(ids[1], new ChannelDestroy(Reason.Success));

        it.Loop.Run(() => it.Application.SendToMany(channels, new EchoText("all")));

        Assert.Equal([1, 0, 1], ids.Select(id => it.Hub.Payloads<EchoText>(id).Count));
    }

    [Fact]
    public void More_users_than_fit_a_frame_are_asked_for_and_given_up_in_several()
    {
        var it = ApplicationFixture.Of(new EchoService());
        UserId[] users = [.. Enumerable.Range(0, 2_001).Select(static i => new UserId($"user{i}"))];

        it.Application.Locate(users);
        it.Application.Unlocate(users);
        it.Application.Unlocate(users);

        int[] parts = [1_000, 1_000, 1];
        Assert.Equal(parts, it.Hub.Sent<Locate>(LinkKind.Locate).Select(static locate => locate.Users.Count));
        Assert.Equal(parts, it.Hub.Sent<Unlocate>(LinkKind.Unlocate).Select(static unlocate => unlocate.Users.Count));
        Assert.Equal(users, it.Hub.Sent<Unlocate>(LinkKind.Unlocate).SelectMany(static unlocate => unlocate.Users.AsEnumerable()));
    }

    [Fact]
    public void An_event_is_heard_by_all_who_want_it_and_one_that_does_not_parse_by_nobody()
    {
        var it = ApplicationFixture.Of(new TableService(table => table
            .Hears<UserLocated>(_ => _told.Add("first"))
            .Hears<UserLocated>(static _ => throw new InvalidOperationException("bug"))
            .Hears<UserLocated>(_ => _told.Add("third"))));

        it.Hub.Frame(LinkKind.CommunityEvent, 0, [0, 0, 0, (byte)CommunityEventKinds.UserLocated, 0, 9]);
        it.Hub.Raise(new UserLocated(new UserId("bob"), []));
        it.Hub.Raise(new SnapshotComplete());

        Assert.Equal(["first", "third"], _told);
        Assert.Single(it.Log.Errors);
    }

    [Fact]
    public async Task An_answer_that_does_not_parse_is_none()
    {
        var it = ApplicationFixture.Of(new EchoService());
        Task<Answer<PrivacyReply>>? asked = null;
        it.Loop.Run(() => asked = it.Application.AskAsync<LoadPrivacyRequest, PrivacyReply>(new(new UserId("alice"))));

        it.Hub.Frame(LinkKind.Reply, 1, [0, 0, 0, 0, 1]);

        Assert.Equal(Reason.BadData, (await asked!).Reason);
        Assert.Equal(0, it.Loop.TimerCount);
    }

    [Fact]
    public void A_question_that_does_not_parse_is_answered_with_BadData_and_asked_of_nobody()
    {
        var it = ApplicationFixture.Of(new TableService(table => table.Answers<LoadPrivacyRequest, PrivacyReply>((_, _, _) =>
        {
            _told.Add("asked");
            return ValueTask.FromResult<Answer<PrivacyReply>>(new PrivacyReply(PrivacyInfo.Nobody));
        })));
        var whole = it.Hub.Ask<LoadPrivacyRequest, PrivacyReply>(new(new UserId("alice")));
        Assert.Equal(Reason.Success, it.Hub.AnswerTo<PrivacyReply>(whole)!.Value.Reason);

        it.Hub.Frame(LinkKind.Request, 7, [.. BitConverter.GetBytes(LoadPrivacyRequest.Service.Value).Reverse(), 0, (byte)LoadPrivacyRequest.Code, 0, 9]);

        Assert.Equal(Reason.BadData, it.Hub.AnswerTo<PrivacyReply>(7)!.Value.Reason);
        Assert.Equal(["asked"], _told);
    }

    [Fact]
    public void Stopping_waits_for_the_answers_too_and_who_connects_meanwhile_is_sent_away()
    {
        var gate = new TaskCompletionSource();
        var it = ApplicationFixture.Of(new TableService(table => table.Answers<LoadPrivacyRequest, PrivacyReply>(async (_, _, _) =>
        {
            await gate.Task;
            return new PrivacyReply(PrivacyInfo.Nobody);
        })));
        it.Hub.Ask<LoadPrivacyRequest, PrivacyReply>(new(new UserId("alice")));
        Task? stopped = null;
        it.Loop.Run(() => stopped = it.Application.StopAsync());
        Assert.Same(stopped, it.Application.StopAsync());
        Assert.False(it.Hub.IsDisposed);
        Assert.False(stopped!.IsCompleted);

        it.Loop.Run(gate.SetResult);

        Assert.True(it.Hub.IsDisposed);
        Assert.True(stopped.IsCompleted);
        Assert.Single(it.Hub.Sent<Withdraw>(LinkKind.Withdraw));
        var before = it.Hub.Frames.Count;
        it.Hub.Connect();
        Assert.Equal((before, false), (it.Hub.Frames.Count, it.Application.IsConnected));
    }

    private ServiceOffer Told(ServiceOffer offer) => offer
        .Accepted((channel, data) => _told.Add($"{channel.Peer.UserId}: {string.Join(' ', data.Span.ToArray())}"))
        .Closes((_, reason) => _told.Add($"over: {reason}"));

    // By a number of the test's choice, which no sound hub would give it.
    private static void Create(ApplicationFixture it, ChannelId id, LoginInfo? creator) => it.Hub.Message(ChannelId.Master, new ChannelCreate
    {
        Channel = id, Service = EchoService.Echo, Protocol = Protocol, Version = 1, Creator = creator,
    });

    private static LoginId LoginIdOf(string text)
    {
        Assert.True(LoginId.TryParse(text, out var id));
        return id;
    }

    private static byte[] SentMessageOf(ChannelId channel, MessageOptions options)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        var writer = new WireWriter(output);
        new MessageHeader(MessageType.ChannelSend, options, channel).Write(ref writer);
        new ChannelSend(EchoText.MessageType, new Opaque([0, 1, 65])).Write(ref writer);
        writer.Complete();
        return output.WrittenSpan.ToArray();
    }
}
