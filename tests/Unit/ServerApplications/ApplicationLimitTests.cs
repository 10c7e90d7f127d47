using System.Reflection;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.ServerApplications;
using Sametime.Contracts.Wire;
using Sametime.Tests.Kit.Services;
using Sametime.Tests.Unit.Hub.Limits;
using Xunit;

namespace Sametime.Tests.Unit.ServerApplications;

/// <summary>Every limit of a server application at its value and one above; a time is one moment before it and at it.</summary>
public sealed class ApplicationLimitTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);
    private static readonly ProtocolType Protocol = new(1);

    private static readonly Dictionary<string, Limit> Limits = new()
    {
        [nameof(ServerApplicationOptions.ChannelsMax)] = new(ChannelsMax, "taken, asking, 2", "ServerFull, closed, 2"),
        [nameof(ServerApplicationOptions.ChannelQueueMax)] = new(ChannelQueueMax, "waits", "NotEnoughResources"),
        [nameof(ServerApplicationOptions.ChannelQueueBytesMax)] = new(ChannelQueueBytesMax, "waits", "NotEnoughResources"),
        [nameof(ServerApplicationOptions.AnswersMax)] = new(AnswersMax, "being answered", "ServerNotResponding"),
        [nameof(ServerApplicationOptions.AskTimeout)] = new(AskTimeout, "waits", "ServerNotResponding"),
        [nameof(ServerApplicationOptions.DrainTimeout)] = new(DrainTimeout, "waits for its handler", "is over"),
    };

    public static TheoryData<string> Names =>
        [.. typeof(ServerApplicationOptions).GetProperties(BindingFlags.Instance | BindingFlags.Public).Select(static limit => limit.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_limit_is_kept_to_the_one(string name)
    {
        Assert.True(Limits.TryGetValue(name, out var limit), $"{name} has no scenario: say here what happens at it and one above.");

        Assert.Equal((limit.AtIt, limit.OneAbove), (limit.Run(0), limit.Run(1)));
    }

    [Fact]
    public void The_place_of_a_channel_is_free_again_however_it_ended()
    {
        var mayOpen = true;
        var it = new ApplicationFixture(new ServerApplicationOptions { ChannelsMax = 1 }, new TableService(table => table
            .Provides(EchoService.Echo, ServiceScope.Global, Protocol, 1)
            .Opens((channel, data) =>
            {
                if (data.Length > 0)
                    throw new InvalidOperationException("bug");
                if (mayOpen)
                    channel.Accept();
                else
                    channel.Refuse(Reason.NotAuthorized);
            })
            .On<EchoText>(static (channel, text) =>
            {
                if (text.Text == "bug")
                    throw new InvalidOperationException(text.Text);
                channel.Destroy(Reason.Success);
            })));

        // Ended by the other end, by the service, by a payload, by a bug; refused; a bug while it opened; and lost with the link.
        it.Hub.Message(Open(), new Contracts.Wire.Channels.ChannelDestroy(Reason.Success));
        it.Hub.Send(Open(), new EchoText("over"));
        it.Hub.SendRaw(Open(), EchoText.MessageType, [0, 9, 65]);
        it.Hub.Send(Open(), new EchoText("bug"));
        mayOpen = false;
        it.Hub.Open(EchoService.Echo, Protocol, 1, Logins.Of("alice"));
        mayOpen = true;
        it.Hub.Open(EchoService.Echo, Protocol, 1, Logins.Of("alice"), [1]);
        Open();
        it.Hub.LoseLink();
        it.Hub.Connect();
        it.Hub.Message(Open(), new Contracts.Wire.Channels.ChannelDestroy(Reason.Success));
        Assert.Equal(0, it.Application.ChannelCount);

        ChannelId Open()
        {
            var channel = it.Hub.Open(EchoService.Echo, Protocol, 1, Logins.Of("alice"));
            Assert.True(it.Hub.WasAccepted(channel));
            return channel;
        }
    }

    [Fact]
    public void What_waited_on_a_channel_counts_no_more_when_it_was_handled()
    {
        TaskCompletionSource gate = new();
        var options = new ServerApplicationOptions { ChannelQueueMax = 2, ChannelQueueBytesMax = 30 };
        var it = new ApplicationFixture(options, new TableService(table => table
            .Provides(EchoService.Echo, ServiceScope.Global, Protocol, 1)
            .OnAsync<EchoText>(async (_, _, _) => await gate.Task)));
        var channel = it.Hub.Open(EchoService.Echo, Protocol, 1, Logins.Of("alice"));
        it.Hub.Send(channel, new EchoText("under way"));
        it.Hub.Send(channel, new EchoText("ten bytes"));

        // One is under way and one or two wait, all the time.
        for (var time = 0; time < 20; time++)
        {
            it.Hub.Send(channel, new EchoText("ten bytes"));
            var opened = gate;
            gate = new();
            it.Loop.Run(opened.SetResult);
        }
        Assert.Null(it.Hub.DestroyedWith(channel));
    }

    [Fact]
    public void A_question_that_was_refused_or_failed_takes_nobodys_place()
    {
        TaskCompletionSource gate = new();
        var it = new ApplicationFixture(new ServerApplicationOptions { AnswersMax = 1 }, new TableService(table => table
            .Answers<LoadPrivacyRequest, PrivacyReply>(async (request, _, _) =>
            {
                if (request.UserId.Value == "bug")
                    throw new InvalidOperationException("bug");
                await gate.Task;
                return new PrivacyReply(PrivacyInfo.Nobody);
            })));
        for (var time = 0; time < 3; time++)
        {
            var first = Ask("alice");
            Assert.Equal(Reason.ServerNotResponding, it.Hub.AnswerTo<PrivacyReply>(Ask("bob"))!.Value.Reason);
            Assert.Null(it.Hub.AnswerTo<PrivacyReply>(first));
            it.Loop.Run(gate.SetResult);
            gate = new();
            Assert.Equal(Reason.Success, it.Hub.AnswerTo<PrivacyReply>(first)!.Value.Reason);
            Assert.Equal(Reason.ServerBroken, it.Hub.AnswerTo<PrivacyReply>(Ask("bug"))!.Value.Reason);
        }

        uint Ask(string user) => it.Hub.Ask<LoadPrivacyRequest, PrivacyReply>(new(new UserId(user)));
    }

    [Fact]
    public void A_handler_of_a_channel_from_before_a_break_takes_none_from_who_has_its_number_now()
    {
        TaskCompletionSource gate = new();
        ServiceChannel? former = null;
        var it = ApplicationFixture.Of(new TableService(table => table
            .Provides(EchoService.Echo, ServiceScope.Global, Protocol, 1)
            .OnAsync<EchoText>(async (channel, text, _) =>
            {
                if (text.Text == "slow")
                {
                    former = channel;
                    await gate.Task;
                }
                channel.Send(text);
            })));
        var id = it.Hub.Open(EchoService.Echo, Protocol, 1, Logins.Of("alice"));
        it.Hub.Send(id, new EchoText("slow"));
        it.Hub.LoseLink();
        it.Hub.Connect();
        it.Hub.Message(ChannelId.Master, new Contracts.Wire.Channels.ChannelCreate
        {
            Channel = id, Service = EchoService.Echo, Protocol = Protocol, Version = 1, Creator = Logins.Of("bob"),
        });

        it.Loop.Run(gate.SetResult);
        Assert.Equal(ServiceChannelState.Closed, former!.State);
        it.Hub.Send(id, new EchoText("still here"));
        Assert.Equal([new EchoText("still here")], it.Hub.Payloads<EchoText>(id));
        Assert.Equal(1, it.Application.ChannelCount);
    }

    private static string ChannelsMax(int above)
    {
        ServiceOffer? bot = null;
        var options = new ServerApplicationOptions { ChannelsMax = 2 };
        var asked = new ApplicationFixture(options, new EchoService());
        var last = Enumerable.Range(1, 2 + above).Select(_ => asked.Hub.Open(EchoService.Echo, Protocol, 1, Logins.Of("alice"))).ToArray()[^1];
        var asking = new ApplicationFixture(options, new TableService(table => bot = table.Speaks(EchoService.Echo, Protocol, 1)));
        ServiceChannel? made = null;
        for (var i = 0; i < 2 + above; i++)
            asking.Loop.Run(() => made = asking.Application.CreateChannel(bot!, new IdBlock("bob")));
        var state = made!.State == ServiceChannelState.Asking ? "asking" : "closed";
        return $"{asked.Hub.DestroyedWith(last)?.ToString() ?? "taken"}, {state}, {asking.Application.ChannelCount}";
    }

    private static string ChannelQueueMax(int above) =>
        Behind(new ServerApplicationOptions { ChannelQueueMax = 2 }, [.. Enumerable.Repeat("x", 2 + above)]);

    // A text has its length before it.
    private static string ChannelQueueBytesMax(int above) =>
        Behind(new ServerApplicationOptions { ChannelQueueBytesMax = 20 }, ["12345678", new string('x', 8 + above)]);

    private static string Behind(ServerApplicationOptions options, string[] texts)
    {
        var gate = new TaskCompletionSource();
        var it = new ApplicationFixture(options, new TableService(table => table
            .Provides(EchoService.Echo, ServiceScope.Global, Protocol, 1)
            .OnAsync<EchoText>(async (_, _, _) => await gate.Task)));
        var channel = it.Hub.Open(EchoService.Echo, Protocol, 1, Logins.Of("alice"));
        it.Hub.Send(channel, new EchoText("under way, so it waits for nothing"));
        foreach (var text in texts)
            it.Hub.Send(channel, new EchoText(text));
        return it.Hub.DestroyedWith(channel)?.ToString() ?? "waits";
    }

    private static string AnswersMax(int above)
    {
        var gate = new TaskCompletionSource();
        var it = new ApplicationFixture(new ServerApplicationOptions { AnswersMax = 2 }, new TableService(table => table
            .Answers<LoadPrivacyRequest, PrivacyReply>(async (_, _, _) =>
            {
                await gate.Task;
                return new PrivacyReply(PrivacyInfo.Nobody);
            })));
        var last = Enumerable.Range(1, 2 + above).Select(_ => it.Hub.Ask<LoadPrivacyRequest, PrivacyReply>(new(new UserId("alice")))).ToArray()[^1];
        return it.Hub.AnswerTo<PrivacyReply>(last)?.Reason.ToString() ?? "being answered";
    }

    private static string AskTimeout(int above)
    {
        var options = new ServerApplicationOptions { AskTimeout = TimeSpan.FromSeconds(3) };
        var it = new ApplicationFixture(options, new EchoService());
        Task<Answer<Done>>? asked = null;
        it.Loop.Run(() => asked = it.Application.AskAsync<DiscardUserRequest, Done>(new(new UserId("alice"), Reason.Removed)));
        it.Loop.Advance(options.AskTimeout - ((1 - above) * Moment));
        return asked!.IsCompletedSuccessfully ? asked.GetAwaiter().GetResult().Reason.ToString() : "waits";
    }

    private static string DrainTimeout(int above)
    {
        var gate = new TaskCompletionSource();
        var options = new ServerApplicationOptions { DrainTimeout = TimeSpan.FromSeconds(3) };
        var it = new ApplicationFixture(options, new TableService(table => table
            .Provides(EchoService.Echo, ServiceScope.Global, Protocol, 1)
            .OnAsync<EchoText>(async (_, _, _) => await gate.Task)));
        it.Hub.Send(it.Hub.Open(EchoService.Echo, Protocol, 1, Logins.Of("alice")), new EchoText("for ever"));
        it.Loop.Run(() => _ = it.Application.StopAsync());
        it.Loop.Advance(options.DrainTimeout - ((1 - above) * Moment));
        return it.Hub.IsDisposed ? "is over" : "waits for its handler";
    }
}
