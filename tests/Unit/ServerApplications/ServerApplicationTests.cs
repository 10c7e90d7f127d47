using Sametime.Contracts.Events;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.ServerApplications;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Tests.Kit.Services;
using Xunit;

namespace Sametime.Tests.Unit.ServerApplications;

public sealed class ServerApplicationTests
{
    private static readonly ProtocolType Protocol = new(1);

    [Fact]
    public void S010_A_service_made_with_the_SDK_alone_is_provided_opened_and_answers()
    {
        var it = ApplicationFixture.Of(new EchoService());

        var provided = Assert.Single(it.Hub.Sent<Provide>(LinkKind.Provide));
        Assert.Equal(new Provide(EchoService.Echo, ServiceScope.Global, [new ServiceProtocol(Protocol, 1)]), provided);
        var channel = it.Hub.Open(EchoService.Echo, Protocol, 1, Logins.Of("alice"));
        it.Hub.Send(channel, new EchoText("hello"));

        Assert.True(it.Hub.WasAccepted(channel));
        Assert.Equal([new EchoText("hello")], it.Hub.Payloads<EchoText>(channel));
    }

    [Fact]
    public void A_service_or_an_answer_is_given_once_and_before_the_application_starts()
    {
        var it = ApplicationFixture.Of(new EchoService());

        Assert.Throws<InvalidOperationException>(() => it.Application.Host(new TableService(static _ => { })));
        Assert.Throws<InvalidOperationException>(() => ApplicationFixture.Of(new EchoService(), new EchoService()));
        Assert.Throws<InvalidOperationException>(() => ApplicationFixture.Of(new TableService(Answers), new TableService(Answers)));

        static void Answers(ServiceTable table) => table.Answers<LoadPrivacyRequest, PrivacyReply>(static (_, _, _) => throw new InvalidOperationException());
    }

    [Fact]
    public void Services_are_provided_again_after_the_link_was_lost_and_old_channels_are_gone()
    {
        var it = ApplicationFixture.Of(new EchoService());
        it.Hub.Open(EchoService.Echo, Protocol, 1, Logins.Of("alice"));

        it.Hub.LoseLink();
        Assert.Equal(0, it.Application.ChannelCount);
        Assert.False(it.Application.IsConnected);
        it.Hub.Connect();

        Assert.Equal(2, it.Hub.Sent<Provide>(LinkKind.Provide).Count);
        Assert.True(it.Application.IsConnected);
    }

    [Fact]
    public void What_the_hub_must_be_told_is_told_at_each_connect_behind_the_services_and_nothing_in_between()
    {
        ServerApplication application = null!;
        var it = ApplicationFixture.Of(new EchoService(), new TableService(table =>
        {
            application = table.Application;
            table.Connects(() => application.Tell(new CapturePolicy(ChatLogMode.Strict, EncryptedChat.Decline)));
        }));
        Assert.Equal([LinkKind.Provide, LinkKind.CapturePolicy], it.Hub.Frames.Select(static frame => frame.Kind));

        it.Hub.LoseLink();
        application.Tell(new CapturePolicy(ChatLogMode.Off, EncryptedChat.Pass));
        it.Hub.Connect();

        var strict = new CapturePolicy(ChatLogMode.Strict, EncryptedChat.Decline);
        Assert.Equal([strict, strict], it.Hub.Sent<CapturePolicy>(LinkKind.CapturePolicy));
    }

    [Fact]
    public void Events_are_subscribed_before_anything_is_provided()
    {
        var it = ApplicationFixture.Of(new TableService(table =>
        {
            table.Hears<LoggedOut>(static _ => { });
            new EchoService().Describe(table);
        }));

        Assert.Equal([LinkKind.Subscribe, LinkKind.Provide], it.Hub.Frames.Select(static frame => frame.Kind));
        Assert.Equal(
            CommunityEventKinds.LoggedOut | CommunityEventKinds.SnapshotComplete, it.Hub.Sent<Subscribe>(LinkKind.Subscribe).Single().Kinds);
    }

    [Fact]
    public void Users_are_located_for_as_long_as_any_service_wants_it_and_again_after_the_link_was_lost()
    {
        var heard = new List<UserLocated>();
        var it = ApplicationFixture.Of(new TableService(table => table.Hears<UserLocated>(heard.Add)));
        UserId[] alice = [new UserId("alice")];
        it.Application.Locate(alice);
        it.Application.Locate([new UserId("ALICE"), new UserId("bob")]);
        it.Application.Unlocate(alice);
        Assert.Empty(it.Hub.Sent<Unlocate>(LinkKind.Unlocate));

        var told = new UserLocated(new UserId("bob"), [new LocatedLogin(new LoginId(2, 1, 9), new LoginId(2, 1, 1))]);
        it.Hub.Raise(told);
        Assert.Equal([told], heard);

        it.Application.Unlocate(alice);
        Assert.Equal(alice, it.Hub.Sent<Unlocate>(LinkKind.Unlocate).Single().Users.AsEnumerable());
        it.Hub.LoseLink();
        it.Hub.Connect();
        Assert.Equal([new UserId("bob")], it.Hub.Sent<Locate>(LinkKind.Locate)[^1].Users.AsEnumerable());
    }

    [Theory]
    [InlineData(0x00D0_0002, 1, 1, Reason.ServiceNotSupported)]
    [InlineData(0x00D0_0001, 2, 1, Reason.ProtocolNotSupported)]
    [InlineData(0x00D0_0001, 1, 2, Reason.VersionNotSupported)]
    public void A_channel_that_the_table_does_not_know_is_refused(uint service, uint protocol, uint version, Reason expected)
    {
        var it = ApplicationFixture.Of(new EchoService());

        var channel = it.Hub.Open(new ServiceType(service), new ProtocolType(protocol), version, Logins.Of("alice"));

        Assert.Equal(expected, it.Hub.DestroyedWith(channel));
        Assert.Equal(0, it.Application.ChannelCount);
    }

    [Fact]
    public void A_payload_that_does_not_parse_destroys_its_channel_with_BadData_and_no_other()
    {
        var it = ApplicationFixture.Of(new EchoService());
        var bad = it.Hub.Open(EchoService.Echo, Protocol, 1, Logins.Of("mallory"));
        var good = it.Hub.Open(EchoService.Echo, Protocol, 1, Logins.Of("alice"));

        it.Hub.SendRaw(bad, EchoText.MessageType, [0, 9, 65]);
        it.Hub.Send(good, new EchoText("still here"));

        Assert.Equal(Reason.BadData, it.Hub.DestroyedWith(bad));
        Assert.Equal([new EchoText("still here")], it.Hub.Payloads<EchoText>(good));
        Assert.Empty(it.Log.Errors);
    }

    [Fact]
    public void A_handler_that_throws_costs_its_channel_and_one_line_of_log()
    {
        var it = ApplicationFixture.Of(new TableService(table => table
            .Provides(EchoService.Echo, ServiceScope.Global, Protocol, 1)
            .On<EchoText>(static (_, text) => throw new InvalidOperationException(text.Text))));
        var channel = it.Hub.Open(EchoService.Echo, Protocol, 1, Logins.Of("alice"));

        it.Hub.Send(channel, new EchoText("boom"));

        Assert.Equal(Reason.ServerBroken, it.Hub.DestroyedWith(channel));
        Assert.StartsWith("Error 1:", Assert.Single(it.Log.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Payload_types_that_nobody_handles_and_channels_that_are_gone_are_ignored()
    {
        var it = ApplicationFixture.Of(new EchoService());
        var channel = it.Hub.Open(EchoService.Echo, Protocol, 1, Logins.Of("alice"));

        it.Hub.SendRaw(channel, 77, [1, 2, 3]);
        it.Hub.Message(channel, new ChannelDestroy(Reason.Success));
        it.Hub.Send(channel, new EchoText("late"));
        it.Hub.Message(channel, new ChannelDestroy(Reason.Success));

        Assert.Null(it.Hub.DestroyedWith(channel));
        Assert.Empty(it.Hub.Payloads<EchoText>(channel));
        Assert.Empty(it.Log.Errors);
    }

    [Fact]
    public void Asynchronous_handlers_run_one_at_a_time_in_order_and_finish_what_came_before_the_end_of_the_channel()
    {
        var gates = new Queue<TaskCompletionSource>([new(), new()]);
        List<string> handled = [];
        List<Reason> closed = [];
        var it = ApplicationFixture.Of(new TableService(table => table
            .Provides(EchoService.Echo, ServiceScope.Global, Protocol, 1)
            .OnAsync<EchoText>(async (_, text, _) =>
            {
                handled.Add($"begin {text.Text}");
                await gates.Peek().Task;
                handled.Add($"end {text.Text}");
            })
            .Closes((_, reason) => closed.Add(reason))));
        var channel = it.Hub.Open(EchoService.Echo, Protocol, 1, Logins.Of("alice"));

        it.Hub.Send(channel, new EchoText("1"));
        it.Hub.Send(channel, new EchoText("2"));
        it.Hub.Message(channel, new ChannelDestroy(Reason.Success));
        Assert.Equal(["begin 1"], handled);
        Assert.Empty(closed);
        it.Loop.Run(gates.Dequeue().SetResult);
        Assert.Equal(["begin 1", "end 1", "begin 2"], handled);
        it.Loop.Run(gates.Dequeue().SetResult);

        Assert.Equal(["begin 1", "end 1", "begin 2", "end 2"], handled);
        Assert.Equal([Reason.Success], closed);
    }

    [Fact]
    public void A_pace_makes_a_fast_channel_wait_and_drops_nothing()
    {
        var pace = new Pace(PerSecond: 2, Burst: 3);
        var it = ApplicationFixture.Of(new TableService(table => table
            .Provides(EchoService.Echo, ServiceScope.Global, Protocol, 1)
            .OnAsync<EchoText>(async (channel, text, _) =>
            {
                await channel.WaitTurnAsync(pace);
                channel.Send(text);
            })));
        var channel = it.Hub.Open(EchoService.Echo, Protocol, 1, Logins.Of("alice"));

        for (var i = 0; i < 5; i++)
            it.Hub.Send(channel, new EchoText($"{i}"));
        Assert.Equal(3, it.Hub.Payloads<EchoText>(channel).Count);
        it.Loop.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal(4, it.Hub.Payloads<EchoText>(channel).Count);
        it.Loop.Advance(TimeSpan.FromSeconds(0.5));

        Assert.Equal(["0", "1", "2", "3", "4"], it.Hub.Payloads<EchoText>(channel).Select(static text => text.Text));
    }

    [Fact]
    public void One_payload_for_many_channels_is_one_frame()
    {
        var it = ApplicationFixture.Of(new EchoService());
        ChannelId[] channels = [.. Enumerable.Range(0, 50).Select(i => it.Hub.Open(EchoService.Echo, Protocol, 1, Logins.Of($"user{i}")))];

        it.Loop.Run(() => it.Application.SendToMany(channels, new EchoText("all")));

        Assert.Equal(1, it.Hub.FanoutFrames);
        Assert.All(channels, channel => Assert.Equal([new EchoText("all")], it.Hub.Payloads<EchoText>(channel)));
    }

    [Fact]
    public void A_channel_toward_a_user_opens_with_his_accept_and_tells_who_he_is()
    {
        ServiceOffer? bot = null;
        List<string> told = [];
        var it = ApplicationFixture.Of(new TableService(table => bot = table
            .Speaks(ServiceTypes.InstantMessage, ProtocolTypes.InstantMessage, ProtocolVersions.InstantMessage)
            .Accepted((channel, _) => told.Add($"accepted by {channel.Peer.UserId}"))
            .Closes((_, reason) => told.Add($"closed: {reason}"))));

        ServiceChannel? channel = null;
        it.Loop.Run(() => channel = it.Application.CreateChannel(bot!, new IdBlock("bob")));
        var create = it.Hub.Messages.Single().As<ChannelCreate>();
        it.Hub.Message(create.Channel, new ChannelAccept
        {
            Service = create.Service,
            Protocol = create.Protocol,
            Version = create.Version,
            Acceptor = Logins.Of("bob"),
        });
        Assert.True(channel!.IsOpen);
        it.Hub.Message(create.Channel, new ChannelDestroy(Reason.ImDoNotDisturb));

        Assert.False(create.Channel.IsServerHalf);
        Assert.Equal("bob", create.Target.User);
        Assert.Equal(["accepted by bob", "closed: ImDoNotDisturb"], told);
    }

    [Fact]
    public async Task A_question_ends_by_its_answer_its_deadline_or_the_loss_of_the_link()
    {
        var it = ApplicationFixture.Of(new EchoService());
        Task<Answer<Done>> Ask()
        {
            Task<Answer<Done>>? asked = null;
            it.Loop.Run(() => asked = it.Application.AskAsync<DiscardUserRequest, Done>(new(new UserId("alice"), Reason.Removed)));
            return asked!;
        }

        var answered = Ask();
        var refused = Ask();
        var late = Ask();
        it.Hub.Answer(1, default(Done));
        it.Hub.Answer(2, default(Done), Reason.NoSuchUser);
        it.Loop.Advance(TimeSpan.FromSeconds(10));
        it.Hub.Answer(3, default(Done));
        var lost = Ask();
        it.Hub.LoseLink();
        var unconnected = Ask();

        Assert.True((await answered).IsOk);
        Assert.Equal(Reason.NoSuchUser, (await refused).Reason);
        Assert.Equal(Reason.ServerNotResponding, (await late).Reason);
        Assert.Equal(Reason.ServerNotResponding, (await lost).Reason);
        Assert.Equal(Reason.ServerNotResponding, (await unconnected).Reason);
        Assert.Equal(0, it.Loop.TimerCount);
    }

    [Fact]
    public void Questions_of_the_hub_are_answered_refused_or_answered_with_ServerBroken_after_a_bug()
    {
        var it = ApplicationFixture.Of(new TableService(table => table
            .Answers<LoadPrivacyRequest, PrivacyReply>((request, _, _) => request.UserId.Value switch
            {
                "bug" => throw new InvalidOperationException("bug"),
                "away" => ValueTask.FromResult<Answer<PrivacyReply>>(Reason.ServerNotResponding),
                _ => ValueTask.FromResult<Answer<PrivacyReply>>(new PrivacyReply(PrivacyInfo.Nobody)),
            })));

        var good = it.Hub.Ask<LoadPrivacyRequest, PrivacyReply>(new(new UserId("alice")));
        var away = it.Hub.Ask<LoadPrivacyRequest, PrivacyReply>(new(new UserId("away")));
        var bug = it.Hub.Ask<LoadPrivacyRequest, PrivacyReply>(new(new UserId("bug")));
        var unknown = it.Hub.Ask<SavePrivacyRequest, Done>(new(new UserId("alice"), "", PrivacyInfo.Nobody));

        Assert.Equal((Reason.Success, new PrivacyReply(PrivacyInfo.Nobody)), it.Hub.AnswerTo<PrivacyReply>(good));
        Assert.Equal(Reason.ServerNotResponding, it.Hub.AnswerTo<PrivacyReply>(away)!.Value.Reason);
        Assert.Equal(Reason.ServerBroken, it.Hub.AnswerTo<PrivacyReply>(bug)!.Value.Reason);
        Assert.Equal(Reason.NotImplemented, it.Hub.AnswerTo<Done>(unknown)!.Value.Reason);
        Assert.Single(it.Log.Errors);
        Assert.Equal(CommunityServices.Privacy, it.Hub.Sent<Provide>(LinkKind.Provide).Single().Service);
    }

    [Fact]
    public async Task Stopping_withdraws_lets_handlers_finish_and_ends_the_link()
    {
        var gate = new TaskCompletionSource();
        var it = ApplicationFixture.Of(new TableService(table => table
            .Provides(EchoService.Echo, ServiceScope.Global, Protocol, 1)
            .OnAsync<EchoText>(async (channel, text, _) =>
            {
                await gate.Task;
                channel.Send(text);
            })));
        var channel = it.Hub.Open(EchoService.Echo, Protocol, 1, Logins.Of("alice"));
        it.Hub.Send(channel, new EchoText("last words"));

        Task? stopped = null;
        it.Loop.Run(() => stopped = it.Application.StopAsync());
        Assert.Equal(EchoService.Echo, Assert.Single(it.Hub.Sent<Withdraw>(LinkKind.Withdraw)).Service);
        Assert.False(stopped!.IsCompleted);
        it.Loop.Run(gate.SetResult);

        await stopped.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal([new EchoText("last words")], it.Hub.Payloads<EchoText>(channel));
        Assert.True(it.Hub.IsDisposed);
    }

    [Fact]
    public void The_load_is_reported_once_a_change_and_again_after_a_reconnect()
    {
        var it = ApplicationFixture.Of(new EchoService());

        it.Loop.Run(() => it.Application.ReportLoad(300));
        it.Loop.Run(() => it.Application.ReportLoad(300));
        it.Hub.LoseLink();
        it.Hub.Connect();
        Assert.Equal([300, 300], Loads());

        // Down as well as up, and what was said last is what counts.
        foreach (var load in (ushort[])[1000, 200])
            it.Loop.Run(() => it.Application.ReportLoad(load));
        it.Hub.LoseLink();
        it.Hub.Connect();
        Assert.Equal([300, 300, 1000, 200, 200], Loads());
        Assert.Throws<ArgumentOutOfRangeException>(() => it.Application.ReportLoad(1001));

        // Idle again, there is nothing to say to the next hub.
        it.Loop.Run(() => it.Application.ReportLoad(0));
        it.Hub.LoseLink();
        it.Hub.Connect();
        Assert.Equal([300, 300, 1000, 200, 200, 0], Loads());

        IEnumerable<int> Loads() => it.Hub.Sent<Load>(LinkKind.Load).Select(static load => (int)load.PerMille);
    }
}
