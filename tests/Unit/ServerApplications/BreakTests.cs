using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.ServerApplications;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Tests.Kit.Services;
using Xunit;

namespace Sametime.Tests.Unit.ServerApplications;

/// <summary>What is still under way while the link is lost or the application stops.</summary>
public sealed class BreakTests
{
    private static readonly ProtocolType Protocol = new(1);
    private static readonly string[] Users = ["alice", "bob", "carol"];

    private readonly List<string> _told = [];
    private readonly Dictionary<string, TaskCompletionSource> _gates = Users.ToDictionary(static user => user, static _ => new TaskCompletionSource());

    [Theory]
    [InlineData("alice")]
    [InlineData("bob")]
    [InlineData("carol")]
    public void Whose_message_is_being_handled_hears_of_the_break_when_it_is_and_all_others_at_once(string busy)
    {
        var it = ApplicationFixture.Of(Slow());
        foreach (var user in Users)
        {
            var id = it.Hub.Open(EchoService.Echo, Protocol, 1, Logins.Of(user));
            if (user == busy)
            {
                it.Hub.Send(id, new EchoText("first"));
                it.Hub.Send(id, new EchoText("second"));
            }
        }

        it.Hub.LoseLink(Reason.ServerFull);
        Assert.Equal(Users.Where(user => user != busy).Select(static user => $"{user} over: ConnectionBroken"), _told);
        Assert.Equal(0, it.Application.ChannelCount);
        _told.Clear();
        it.Loop.Run(_gates[busy].SetResult);

        Assert.Equal([$"{busy}: first", $"{busy}: second", $"{busy} over: ConnectionBroken"], _told);
        it.Hub.Connect();
        Assert.True(IsOverAtOnce(it));
    }

    [Theory]
    [InlineData("alice", "bob")]
    [InlineData("bob", "alice")]
    public void Stopping_waits_for_the_last_of_several_handlers(string first, string last)
    {
        var it = ApplicationFixture.Of(Slow());
        foreach (var user in (string[])["alice", "bob"])
            it.Hub.Send(it.Hub.Open(EchoService.Echo, Protocol, 1, Logins.Of(user)), new EchoText("hello"));
        Task? stopped = null;
        it.Loop.Run(() => stopped = it.Application.StopAsync());

        it.Loop.Run(_gates[first].SetResult);
        Assert.Equal((false, false), (it.Hub.IsDisposed, stopped!.IsCompleted));
        it.Loop.Run(_gates[last].SetResult);

        Assert.Equal((true, true), (it.Hub.IsDisposed, stopped.IsCompleted));
        Assert.Equal(0, it.Loop.TimerCount);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Stopping_waits_for_handlers_and_answers_whichever_is_done_first(bool isHandlerFirst)
    {
        var it = ApplicationFixture.Of(Slow());
        it.Hub.Send(it.Hub.Open(EchoService.Echo, Protocol, 1, Logins.Of("alice")), new EchoText("hello"));
        Ask(it, "bob");
        it.Loop.Run(() => _ = it.Application.StopAsync());

        it.Loop.Run(_gates[isHandlerFirst ? "alice" : "bob"].SetResult);
        Assert.False(it.Hub.IsDisposed);
        it.Loop.Run(_gates[isHandlerFirst ? "bob" : "alice"].SetResult);

        Assert.True(it.Hub.IsDisposed);
    }

    [Fact]
    public void Without_a_link_nobody_is_waited_for()
    {
        var it = ApplicationFixture.Of(Slow());
        it.Hub.LoseLink();

        Assert.True(IsOverAtOnce(it));
        Assert.Equal(0, it.Loop.TimerCount);
    }

    [Fact]
    public void An_answer_that_comes_after_the_break_reaches_nobody_and_gives_its_place_back()
    {
        var it = new ApplicationFixture(new ServerApplicationOptions { AnswersMax = 1 }, Slow());
        var lost = Ask(it, "alice");
        it.Hub.LoseLink();
        it.Hub.Connect();
        Assert.Equal(Reason.ServerNotResponding, it.Hub.AnswerTo<PrivacyReply>(Ask(it, "bob"))!.Value.Reason);

        it.Loop.Run(_gates["alice"].SetResult);
        Assert.Null(it.Hub.AnswerTo<PrivacyReply>(lost));
        _gates["bob"].SetResult();
        Assert.Equal(Reason.Success, it.Hub.AnswerTo<PrivacyReply>(Ask(it, "bob"))!.Value.Reason);
    }

    [Fact]
    public async Task Every_question_is_over_with_the_link_and_none_is_answered_by_the_next_one()
    {
        var it = ApplicationFixture.Of(Slow());
        var asked = new List<Task<Answer<Done>>>();
        for (var i = 0; i < 3; i++)
            it.Loop.Run(() => asked.Add(it.Application.AskAsync<DiscardUserRequest, Done>(new(new UserId("alice"), Reason.Removed))));

        it.Hub.LoseLink();
        Assert.Equal(0, it.Loop.TimerCount);
        it.Hub.Connect();
        it.Hub.Answer(2, default(Done));

        foreach (var answer in asked)
            Assert.Equal(Reason.ServerNotResponding, (await answer).Reason);
    }

    [Fact]
    public void A_link_that_ends_after_the_next_one_was_made_takes_nothing_with_it()
    {
        var it = ApplicationFixture.Of(Slow());
        var former = it.Hub.Link!;
        it.Hub.LoseLink();
        it.Hub.Connect();
        it.Hub.Open(EchoService.Echo, Protocol, 1, Logins.Of("alice"));

        it.Loop.Run(() => ((ILinkHandler)it.Application).OnLinkClosed(former, Reason.ConnectionBroken));

        Assert.Equal((true, 1), (it.Application.IsConnected, it.Application.ChannelCount));
        Assert.Empty(_told);
    }

    [Fact]
    public void Without_a_link_no_channel_is_made_and_none_counts()
    {
        ServiceOffer? bot = null;
        var it = ApplicationFixture.Of(new TableService(table => bot = table.Speaks(EchoService.Echo, Protocol, 1).Closes((_, reason) => _told.Add($"over: {reason}"))));
        it.Hub.LoseLink();

        ServiceChannel? channel = null;
        it.Loop.Run(() => channel = it.Application.CreateChannel(bot!, new IdBlock("bob")));

        Assert.Equal((ServiceChannelState.Closed, 0), (channel!.State, it.Application.ChannelCount));
        Assert.Empty(_told);
    }

    [Fact]
    public void Who_goes_before_he_was_let_in_is_no_end_of_a_channel_and_who_refuses_us_is()
    {
        ServiceOffer? bot = null;
        var it = ApplicationFixture.Of(new TableService(table =>
        {
            table.Provides(EchoService.Echo, ServiceScope.Global, Protocol, 1).Opens(static (_, _) => { }).Closes((_, reason) => _told.Add($"asked over: {reason}"));
            bot = table.Speaks(EchoService.Echo, Protocol, 1).Closes((_, reason) => _told.Add($"asking over: {reason}"));
        }));
        it.Hub.Message(it.Hub.Open(EchoService.Echo, Protocol, 1, Logins.Of("alice")), new ChannelDestroy(Reason.ConnectionClosed));
        it.Loop.Run(() => it.Application.CreateChannel(bot!, new IdBlock("bob")));
        it.Hub.Message(it.Hub.Messages[^1].As<ChannelCreate>().Channel, new ChannelDestroy(Reason.ImDoNotDisturb));

        Assert.Equal(["asking over: ImDoNotDisturb"], _told);
        Assert.Equal(0, it.Application.ChannelCount);
    }

    [Fact]
    public void Each_fault_of_a_handler_and_of_an_answer_has_a_number_of_its_own()
    {
        var it = ApplicationFixture.Of(new TableService(table =>
        {
            table.Provides(EchoService.Echo, ServiceScope.Global, Protocol, 1).On<EchoText>(static (_, _) => throw new InvalidOperationException("bug"));
            table.Answers<LoadPrivacyRequest, PrivacyReply>(static (_, _, _) => throw new InvalidOperationException("bug"));
        }));
        for (var time = 0; time < 2; time++)
        {
            it.Hub.Send(it.Hub.Open(EchoService.Echo, Protocol, 1, Logins.Of("alice")), new EchoText("hello"));
            Ask(it, "alice");
        }

        Assert.Equal(["Error 1:", "Error 1:", "Error 2:", "Error 2:"], it.Log.Errors.Select(static line => line[..8]));
    }

    private static uint Ask(ApplicationFixture it, string user) => it.Hub.Ask<LoadPrivacyRequest, PrivacyReply>(new(new UserId(user)));

    private static bool IsOverAtOnce(ApplicationFixture it)
    {
        Task? stopped = null;
        it.Loop.Run(() => stopped = it.Application.StopAsync());
        return stopped!.IsCompleted && it.Hub.IsDisposed;
    }

    /// <summary>A service that is done with what a user says or is asked about when his gate opens.</summary>
    private TableService Slow() => new(table =>
    {
        table.Provides(EchoService.Echo, ServiceScope.Global, Protocol, 1)
            .OnAsync<EchoText>(async (channel, text, _) =>
            {
                await _gates[channel.Peer.UserId.Value].Task;
                _told.Add($"{channel.Peer.UserId}: {text.Text}");
            })
            .Closes((channel, reason) => _told.Add($"{channel.Peer.UserId} over: {reason}"));
        table.Answers<LoadPrivacyRequest, PrivacyReply>(async (request, _, _) =>
        {
            await _gates[request.UserId.Value].Task;
            return new PrivacyReply(PrivacyInfo.Nobody);
        });
    });
}
