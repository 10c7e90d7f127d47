using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Contracts.Events;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.ChatLogging;
using Sametime.Tests.Kit.Providers;
using Sametime.Tests.Kit.Services;
using Xunit;

namespace Sametime.Tests.Unit.Services.ChatLogging;

public sealed class ChatLoggingServiceTests
{
    private static readonly UserId Alice = new("alice");
    private static readonly UserId Bob = new("bob");
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;
    private readonly InMemoryChatLog _log = new();
    private readonly ChatLogOptions _options = new() { CaptureFactsMax = 4 };
    private readonly ChatLogPolicies _policies;
    private readonly ApplicationFixture _it;

    public ChatLoggingServiceTests()
    {
        _policies = new ChatLogPolicies(_log, _options, NullLogger<ChatLogPolicies>.Instance);
        _it = ApplicationFixture.Of(new ChatLoggingService(_log, _policies, _options, NullLogger<ChatLoggingService>.Instance));
    }

    [Fact]
    public void What_a_hub_captured_is_recorded_in_its_stream_and_then_acknowledged()
    {
        var asked = Capture(7, 3, Started(), Line("Grüße 🙂"));

        Assert.Equal(Reason.Success, AnswerTo(asked));
        Assert.Equal(
            [
                new EventEnvelope(EventStreamName.Chat(7, 3), 1, new EventSource(7, 3), Noon, Noon, new EventCause("c"), Started()),
                new EventEnvelope(EventStreamName.Chat(7, 3), 2, new EventSource(7, 3), Noon.AddSeconds(1), Noon, new EventCause("c"), Line("Grüße 🙂")),
            ],
            _log.Recorded.Select(recorded => recorded with { Recorded = Noon }));
        Assert.All(_log.Recorded, recorded => Assert.True(recorded.Recorded >= recorded.Occurred));
    }

    [Fact]
    public void Nothing_is_acknowledged_before_it_is_durable()
    {
        var hold = new TaskCompletionSource();
        _log.Hold = hold.Task;

        var asked = Capture(7, 3, Line("text"));
        Assert.Null(AnswerTo(asked));
        hold.SetResult();
        _it.Loop.RunUntilIdle();

        Assert.Equal(Reason.Success, AnswerTo(asked));
    }

    [Fact]
    public void A_store_that_fails_or_is_too_slow_is_no_answer_and_the_same_capture_may_come_again()
    {
        _log.Failure = new StoreUnavailableException("gone");
        Assert.Equal(Reason.ServerNotResponding, AnswerTo(Capture(7, 3, Line("text"))));
        _log.Failure = null;
        _log.Hold = new TaskCompletionSource().Task;
        var slow = Capture(7, 3, Line("text"));
        Assert.Null(AnswerTo(slow));
        _it.Loop.Advance(_options.RecordTimeout - TimeSpan.FromMilliseconds(1));
        Assert.Null(AnswerTo(slow));
        _it.Loop.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(Reason.ServerNotResponding, AnswerTo(slow));
        _log.Hold = null;

        Assert.Equal(Reason.Success, AnswerTo(Capture(7, 3, Line("text"))));
        Assert.Equal(Reason.Success, AnswerTo(Capture(7, 3, Line("text"))));

        Assert.Single(_log.Recorded);
    }

    [Fact]
    public void A_capture_with_what_is_no_fact_of_a_conversation_is_refused_whole()
    {
        var good = Written(1, Line("text"));
        CapturedFact[][] bad =
        [
            [good, good with { Sequence = 2, Name = "directory.user-added" }],
            [good, good with { Sequence = 2, Fields = new Opaque("{"u8) }],
            [good, good],
            [good with { Sequence = 0 }],
            [.. Enumerable.Range(1, 5).Select(i => good with { Sequence = i })],
        ];

        Assert.All(bad, facts => Assert.Equal(Reason.BadData, AnswerTo(Ask(new CaptureRequest(7, 3, facts.ToItems())))));
        Assert.Empty(_log.Recorded);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Wherever_it_stands(int at)
    {
        var facts = Enumerable.Range(1, 3).Select(number => Written(number, Line("text"))).ToArray();
        facts[at] = facts[at] with { Name = "directory.user-added" };

        Assert.Equal(Reason.BadData, AnswerTo(Ask(new CaptureRequest(7, 3, facts.ToItems()))));
        Assert.Empty(_log.Recorded);
    }

    [Fact]
    public void A_fact_of_a_newer_hub_is_kept_although_nobody_here_can_read_it()
    {
        var fact = Written(1, Line("text")) with { Name = "chat.reaction", Version = 3, Fields = new Opaque("{\"a\":1}"u8) };

        Assert.Equal(Reason.Success, AnswerTo(Ask(new CaptureRequest(7, 3, [fact]))));

        Assert.Equal(new UnknownEvent("chat.reaction", 3, "{\"a\":1}"), Assert.Single(_log.Recorded).Payload);
    }

    [Fact]
    public void What_a_hub_left_without_an_end_is_marked_when_it_is_heard_in_its_next_life()
    {
        Capture(7, 3, Started());
        Capture(8, 1, Started());
        Assert.DoesNotContain(_log.Recorded, recorded => recorded.Payload is ChatInterrupted);

        Assert.Equal(Reason.Success, AnswerTo(Capture(7, 4, Started())));
        Assert.Equal(Reason.Success, AnswerTo(Capture(7, 4, Started())));

        var mark = Assert.Single(_log.Recorded, recorded => recorded.Payload is ChatInterrupted);
        Assert.Equal((new ChatInterrupted(7, 3), "c"), ((ChatInterrupted)mark.Payload, mark.Cause.Correlation));
    }

    [Fact]
    public void What_comes_late_of_a_former_life_is_recorded_and_marked_as_well()
    {
        Capture(7, 4, Line("text"));

        Assert.Equal(Reason.Success, AnswerTo(Capture(7, 3, Started())));

        Assert.Single(_log.Recorded, recorded => recorded.Payload is ChatInterrupted { Incarnation: 3 });
    }

    [Fact]
    public void S139_An_application_finds_lines_page_by_page_with_who_when_text_and_place()
    {
        Capture(7, 3, Started(), Line("one", "Café"), Line("two"), new ChatLineUndelivered(3, Reason.ServerNotResponding));
        _log.PageEntriesMax = 2;

        var first = Find(new ChatLogRequest("carol", User: Bob))!;
        var second = Find(new ChatLogRequest("carol", User: Bob, After: first.Next))!;

        Assert.Equal([Started(), Line("one", "Café")], first.Entries.AsEnumerable().Select(Read));
        Assert.Equal([Line("two")], second.Entries.AsEnumerable().Select(Read));
        Assert.Equal(((ulong)Noon.AddSeconds(2).UtcTicks, "c", Reason.ServerNotResponding), (second.Entries[0].At.OccurredTicks, second.Entries[0].Conversation, second.Entries[0].Undelivered));
        Assert.Equal(0UL, second.Next.Sequence);
        Assert.Equal([new ChatLogRead("carol", Bob, 1), new ChatLogRead("carol", Bob, 1)], _log.Reads);
    }

    [Fact]
    public void Conditions_of_a_question_reach_the_log()
    {
        Capture(7, 3, Line("early"), Line("late", "Café"), Line("latest"));
        var from = (ulong)Noon.AddSeconds(1).UtcTicks;

        Assert.Equal(["late", "latest"], TextsOf(new("carol", FromTicks: from)));
        Assert.Equal(["early"], TextsOf(new("carol", ToTicks: from)));
        Assert.Equal(["late"], TextsOf(new("carol", User: Alice, With: Bob, Conversation: "c", Place: "Café", Text: "LATE")));
        Assert.Equal(["early"], TextsOf(new("carol", EntriesMax: 1)));
        Assert.Equal(["early", "late", "latest"], TextsOf(new("carol", EntriesMax: uint.MaxValue)));
    }

    [Fact]
    public void A_question_without_a_reader_or_sense_is_refused_and_one_that_the_store_cannot_answer_fails()
    {
        Assert.Equal(Reason.RequestInvalid, ReasonOf(new ChatLogRequest("")));
        Assert.Equal(Reason.RequestInvalid, ReasonOf(new ChatLogRequest("carol", With: Bob)));
        Assert.Equal(Reason.RequestInvalid, ReasonOf(new ChatLogRequest("carol", FromTicks: ulong.MaxValue)));
        Assert.Equal(Reason.RequestInvalid, ReasonOf(new ChatLogRequest("carol", ToTicks: ulong.MaxValue)));
        Assert.Equal(Reason.RequestInvalid, ReasonOf(new ChatLogRequest("carol", After: new ChatLogPlace(ulong.MaxValue, "chat-1-1", 1))));
        Assert.Equal(Reason.RequestInvalid, ReasonOf(new ChatLogRequest("carol", After: new ChatLogPlace(1, "chat-1-1", ulong.MaxValue))));
        _log.Failure = new StoreUnavailableException("gone");
        Assert.Equal(Reason.ServerNotResponding, ReasonOf(new ChatLogRequest("carol")));
        Assert.Empty(_log.Reads);
    }

    [Fact]
    public async Task S142_The_hub_is_told_the_policy_at_each_connect_and_when_it_changes()
    {
        var (off, strict) = (new CapturePolicy(ChatLogMode.Off, EncryptedChat.Pass), new CapturePolicy(ChatLogMode.Strict, EncryptedChat.Decline));
        Assert.Equal([off], Told());

        await ChangeAsync(new ChatLogPolicy(strict.Mode, strict.Encrypted));
        Assert.Equal([off, strict], Told());
        await HearAsync();
        Assert.Equal([off, strict], Told());

        _it.Hub.LoseLink();
        await ChangeAsync(default);
        _it.Hub.Connect();
        Assert.Equal([off, strict, off], Told());
    }

    [Fact]
    public async Task While_the_store_is_away_a_connected_hub_hears_what_was_known_and_the_rest_when_it_is_back()
    {
        await ChangeAsync(new ChatLogPolicy(ChatLogMode.Relaxed, EncryptedChat.Pass));
        _log.Failure = new StoreUnavailableException("gone");
        _it.Hub.LoseLink();
        _it.Hub.Connect();
        var relaxed = new CapturePolicy(ChatLogMode.Relaxed, EncryptedChat.Pass);
        Assert.Equal([relaxed, relaxed], Told().Skip(1));

        _log.Failure = null;
        await _log.SavePolicyAsync(new ChatLogPolicy(ChatLogMode.Strict, EncryptedChat.Pass), "root", _stop);
        _it.Loop.Advance(_options.PolicyRetryDelay - TimeSpan.FromMilliseconds(1));
        Assert.Equal(relaxed, Told()[^1]);
        _it.Loop.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(new CapturePolicy(ChatLogMode.Strict, EncryptedChat.Pass), Told()[^1]);
    }

    [Fact]
    public void A_fact_is_recorded_at_the_time_of_the_clock_here_unless_it_happened_later()
    {
        _it.Loop.Advance(Noon.AddSeconds(1) - _it.Loop.Time.GetUtcNow());

        Capture(7, 3, Started(), Line("one"), Line("two"));

        Assert.Equal([Noon.AddSeconds(1), Noon.AddSeconds(1), Noon.AddSeconds(2)], _log.Recorded.Select(recorded => recorded.Recorded));
    }

    [Fact]
    public void That_nothing_can_be_recorded_and_that_it_can_again_is_said_once()
    {
        var log = new LogLines<ChatLoggingService>();
        var it = ApplicationFixture.Of(new ChatLoggingService(_log, new ChatLogPolicies(_log, _options, NullLogger<ChatLogPolicies>.Instance), _options, log));
        for (var time = 1; time <= 2; time++)
        {
            _log.Failure = new StoreUnavailableException("gone");
            for (var attempt = 1; attempt <= 3; attempt++)
                it.Hub.Ask<CaptureRequest, Done>(new CaptureRequest(7, 3, [Written(1, Line("text"))]));
            _log.Failure = null;
            for (var attempt = 1; attempt <= 3; attempt++)
                it.Hub.Ask<CaptureRequest, Done>(new CaptureRequest(7, 3, [Written(1, Line("text"))]));

            Assert.Equal((2 * time, time), (log.Lines.Count, log.Errors.Count()));
        }
    }

    [Fact]
    public void What_could_not_be_marked_is_marked_with_the_next_capture_and_the_lines_are_kept_all_the_same()
    {
        var log = new Unmarking(_log) { Failure = new StoreUnavailableException("gone") };
        var it = ApplicationFixture.Of(new ChatLoggingService(
            log, new ChatLogPolicies(log, _options, NullLogger<ChatLogPolicies>.Instance), _options, NullLogger<ChatLoggingService>.Instance));
        Reason? Take(uint incarnation, long number, IEvent fact) =>
            it.Hub.AnswerTo<Done>(it.Hub.Ask<CaptureRequest, Done>(new CaptureRequest(7, incarnation, [Written(number, fact)])))?.Reason;
        Assert.Equal(Reason.Success, Take(3, 1, Started()));
        Assert.Equal(Reason.Success, Take(4, 1, Line("one")));
        Assert.DoesNotContain(_log.Recorded, recorded => recorded.Payload is ChatInterrupted);
        var attempts = log.Asked;

        log.Failure = null;
        Assert.Equal(Reason.Success, Take(4, 2, Line("two")));
        Assert.Equal(Reason.Success, Take(4, 3, Line("three")));
        Assert.Single(_log.Recorded, recorded => recorded.Payload is ChatInterrupted { Incarnation: 3 });
        Assert.Equal(attempts + 1, log.Asked); // once in the life of a hub, and not with each capture
    }

    [Fact]
    public async Task Of_a_change_that_is_heard_while_the_store_is_asked_the_hub_is_told_as_well()
    {
        var log = new Unmarking(_log) { Hold = new TaskCompletionSource() };
        var policies = new ChatLogPolicies(log, _options, NullLogger<ChatLogPolicies>.Instance);
        var it = ApplicationFixture.Of(new ChatLoggingService(log, policies, _options, NullLogger<ChatLoggingService>.Instance));
        await _log.SavePolicyAsync(new ChatLogPolicy(ChatLogMode.Strict, EncryptedChat.Pass), "root", _stop);
        await policies.OnEventsAsync([new EventEnvelope(default, 1, default, default, default, default, new ChatLogPolicySet(default, default, "root"))], _stop);
        it.Loop.RunUntilIdle();
        Assert.Empty(it.Hub.Sent<CapturePolicy>(LinkKind.CapturePolicy));

        var hold = log.Hold;
        log.Hold = null;
        it.Loop.Run(hold.SetResult);

        Assert.Equal(
            [ChatLogMode.Off, ChatLogMode.Strict], it.Hub.Sent<CapturePolicy>(LinkKind.CapturePolicy).Select(static told => told.Mode));
    }

    [Fact]
    public void A_policy_that_cannot_be_read_is_asked_for_until_it_can_and_that_is_said_once()
    {
        var said = new LogLines<ChatLogPolicies>();
        var log = new Unmarking(_log) { Bug = new InvalidOperationException("a bug") };
        var it = ApplicationFixture.Of(new ChatLoggingService(
            log, new ChatLogPolicies(log, _options, said), _options, NullLogger<ChatLoggingService>.Instance));
        it.Loop.Advance(3 * _options.PolicyRetryDelay);
        Assert.Single(said.Lines);
        Assert.Empty(it.Hub.Sent<CapturePolicy>(LinkKind.CapturePolicy));

        log.Bug = null;
        it.Loop.Advance(_options.PolicyRetryDelay);
        Assert.Single(it.Hub.Sent<CapturePolicy>(LinkKind.CapturePolicy));
        Assert.Equal(0, it.Loop.TimerCount);
    }

    /// <summary>A log that may mark nothing, and of which the policy is not to be had at once.</summary>
    private sealed class Unmarking(InMemoryChatLog log) : IChatLogProvider
    {
        public StoreException? Failure { get; set; }

        public Exception? Bug { get; set; }

        /// <summary>What an answer about the policy waits for; it is of when it was asked for.</summary>
        public TaskCompletionSource? Hold { get; set; }

        /// <summary>How often it was to mark what was left open.</summary>
        public int Asked { get; private set; }

        public ValueTask RecordAsync(IReadOnlyList<EventEnvelope> captured, CancellationToken stop) => log.RecordAsync(captured, stop);

        public ValueTask<int> InterruptAsync(ushort hub, uint incarnation, CancellationToken stop)
        {
            Asked++;
            return Failure is { } failure ? throw failure : log.InterruptAsync(hub, incarnation, stop);
        }

        public ValueTask<ChatLogPage> FindAsync(ChatLogQuery query, string reader, CancellationToken stop) => log.FindAsync(query, reader, stop);

        public async ValueTask<ChatLogPolicy> LoadPolicyAsync(CancellationToken stop)
        {
            if (Bug is { } bug)
                throw bug;
            var policy = await log.LoadPolicyAsync(stop);
            if (Hold is { } hold)
                await hold.Task;
            return policy;
        }

        public ValueTask SavePolicyAsync(ChatLogPolicy policy, string actor, CancellationToken stop) => log.SavePolicyAsync(policy, actor, stop);
    }

    private static ChatStarted Started() => new(new LoginId(7, 3, 1), Alice, new LoginId(7, 3, 2), Bob, ChatLogMode.Strict);

    private static ChatLineCaptured Line(string text, string place = "") =>
        new(new LoginId(7, 3, 1), Alice, new LoginId(7, 3, 2), Bob, ChatContent.Text, text, place);

    private static CapturedFact Written(long sequence, IEvent fact)
    {
        var written = EventCatalogue.Current.Write(fact);
        return new CapturedFact(sequence, Noon.AddSeconds(sequence - 1), "c", written.Name, written.Version, new Opaque(Encoding.UTF8.GetBytes(written.Json)));
    }

    private static IEvent Read(ChatLogFact fact) =>
        EventCatalogue.Current.Read(new WrittenEvent(fact.Name, fact.Version, Encoding.UTF8.GetString(fact.Fields.Span)));

    private uint Capture(ushort hub, uint incarnation, params IEvent[] facts) =>
        Ask(new CaptureRequest(hub, incarnation, facts.Select((fact, i) => Written(i + 1, fact)).ToItems()));

    private uint Ask(CaptureRequest request) => _it.Hub.Ask<CaptureRequest, Done>(request);

    private Reason? AnswerTo(uint asked) => _it.Hub.AnswerTo<Done>(asked)?.Reason;

    private ChatLogReply? Find(ChatLogRequest request) => _it.Hub.AnswerTo<ChatLogReply>(_it.Hub.Ask<ChatLogRequest, ChatLogReply>(request))!.Value.Reply;

    private Reason ReasonOf(ChatLogRequest request) => _it.Hub.AnswerTo<ChatLogReply>(_it.Hub.Ask<ChatLogRequest, ChatLogReply>(request))!.Value.Reason;

    private IEnumerable<string> TextsOf(ChatLogRequest request) => Find(request)!.Entries.AsEnumerable().Select(Read).Cast<ChatLineCaptured>().Select(line => line.Text);

    private IReadOnlyList<CapturePolicy> Told() => _it.Hub.Sent<CapturePolicy>(LinkKind.CapturePolicy);

    private async Task ChangeAsync(ChatLogPolicy policy)
    {
        await _log.SavePolicyAsync(policy, "root", _stop);
        await HearAsync();
    }

    private async Task HearAsync()
    {
        await _policies.OnEventsAsync([new EventEnvelope(default, 1, default, default, default, default, new ChatLogPolicySet(default, default, "root"))], _stop);
        _it.Loop.RunUntilIdle();
    }
}
