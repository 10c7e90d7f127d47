using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Replay;
using Sametime.Tests.Kit.Events;
using Xunit;

namespace Sametime.Tests.Unit.Services.Replay;

public sealed class EventFilterTests
{
    [Theory]
    [InlineData("community", 10)]
    [InlineData("chat.line-captured", 3)]
    [InlineData("chat.line", 3)]
    [InlineData("chat.lin", 0)]
    [InlineData("community.", 10)]
    [InlineData("chat.line-captured-and-more", 0)]
    public void Kinds_are_whole_words_of_names_from_their_beginning(string kind, int events) =>
        Assert.Equal(events, Take(new EventFilter { Kinds = [kind] }).Count);

    [Fact]
    public void Several_kinds_are_alternatives() =>
        Assert.Equal(8, Take(new EventFilter { Kinds = ["chat", "security"] }).Count);

    [Fact]
    public void A_user_is_found_by_his_name_his_logins_and_his_conversations()
    {
        var taken = Take(new EventFilter { Users = new HashSet<UserId> { new("BOB") } });
        Assert.Equal(
            [
                "security.login-refused", "security.login-refused", "community.participant-logged-in", "channel.created", "channel.accepted",
                "chat.started", "chat.line-captured", "chat.line-captured", "chat.line-captured", "channel.destroyed", "chat.ended",
                "community.participant-logged-out",
            ],
            taken);
    }

    [Fact]
    public void Hubs_and_times_are_limits_that_hold_together() => Assert.Equal(
        ["community.participant-logged-in", "community.participant-logged-out"],
        Take(new EventFilter { Hubs = new HashSet<ushort> { 2 }, From = RecordedDay.At(9, 40), To = RecordedDay.At(11, 0) }));

    [Fact]
    public void A_place_is_found_by_its_name()
    {
        var filter = new EventFilter { Places = new HashSet<string> { "hall" } };
        EventEnvelope[] events = [.. RecordedDay.Events(), At(new DoublePlaceFound("hall", 1, 2, 1)), At(new DoublePlaceFound("attic", 1, 2, 1))];
        Assert.Equal(["community.double-place"], Take(filter, events));
    }

    [Fact]
    public void What_names_only_a_login_is_found_by_whose_login_it_was()
    {
        var filter = new EventFilter { Users = new HashSet<UserId> { RecordedDay.Dave } };
        EventEnvelope[] events = [.. RecordedDay.Events(), At(new ServiceUp(0x11, RecordedDay.DaveLogin)), At(new ServiceUp(0x11, RecordedDay.BobLogin))];
        Assert.Single(Take(filter, events), "community.service-up");
    }

    public static TheoryData<IEvent, bool> FactsOfLogins => new()
    {
        { new ParticipantLoggedIn(RecordedDay.DaveLogin, default, RecordedDay.Dave, "", default, ""), true },
        { new ParticipantLoggedOut(RecordedDay.DaveLogin, default, RecordedDay.Dave, default), true },
        { new StatusSet(RecordedDay.DaveLogin, RecordedDay.Dave, default, 0, ""), true },
        { new UserAttributeSet(RecordedDay.DaveLogin, RecordedDay.Dave, 1, [1]), true },
        { new UserAttributeUnset(RecordedDay.DaveLogin, RecordedDay.Dave, 1), true },
        { new ChannelCreated(RecordedDay.DaveLogin, 1, RecordedDay.Dave, 1, 1), false }, // whom somebody else's login means
        { new ChatStarted(RecordedDay.DaveLogin, RecordedDay.Bob, RecordedDay.AliceLogin, RecordedDay.Dave, default), false },
    };

    [Theory]
    [MemberData(nameof(FactsOfLogins))]
    public void Whose_a_login_is_is_learned_from_what_it_says_of_itself_and_from_nothing_else(IEvent fact, bool isLearned)
    {
        var filter = new EventFilter { Users = new HashSet<UserId> { RecordedDay.Dave } };

        Assert.Equal(isLearned ? 2 : 1, Take(filter, [At(fact), At(new ServiceUp(0x11, RecordedDay.DaveLogin))]).Count);
    }

    [Fact]
    public void An_opaque_id_finds_whom_it_stands_for()
    {
        var filter = new EventFilter { Users = new HashSet<UserId> { new("7f3a") } };
        var known = new StoredEvent(1, At(new UserDisabled(RecordedDay.Alice)));
        var shown = new StoredEvent(1, At(new UserDisabled(new UserId("7f3a"))));
        Assert.True(filter.Takes(new LogEntry(shown, known)));
        Assert.True(filter.Takes(new LogEntry(
            new StoredEvent(2, At(new LoginRefused("[hidden]", "[hidden]", AuthType.Plain, Reason.IncorrectLogin))),
            new StoredEvent(2, At(new LoginRefused("ALICE", "10.0.0.1", AuthType.Plain, Reason.IncorrectLogin))))));
        Assert.False(filter.Takes(new LogEntry(new StoredEvent(3, At(new UserDisabled(new UserId("0000")))), new StoredEvent(3, At(new UserDisabled(RecordedDay.Bob))))));
    }

    private static EventEnvelope At(IEvent fact) =>
        new(EventStreamName.Hub(1, 42), 99, new EventSource(1, 42), RecordedDay.At(12, 0), RecordedDay.At(12, 0), default, fact);

    private static List<string> Take(EventFilter filter, IReadOnlyList<EventEnvelope>? events = null) =>
    [
        .. (events ?? RecordedDay.Events()).Select((envelope, index) => new StoredEvent(index + 1, envelope))
            .Where(stored => filter.Takes(new LogEntry(stored, stored)))
            .Select(stored => EventNames.Of(stored.Envelope.Payload)),
    ];
}
