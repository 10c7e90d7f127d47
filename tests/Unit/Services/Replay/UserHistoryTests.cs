using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Replay;
using Sametime.Tests.Kit.Events;
using Xunit;

namespace Sametime.Tests.Unit.Services.Replay;

public sealed class UserHistoryTests
{
    private static readonly ChatStarted Talk = new(RecordedDay.AliceLogin, RecordedDay.Alice, RecordedDay.DaveLogin, RecordedDay.Dave, ChatLogMode.Strict);

    [Theory]
    [InlineData(true, "dave")]
    [InlineData(false, "login 00020000000700000001")]
    public void A_conversation_that_two_hubs_capture_is_told_as_one(bool showsOthers, string other)
    {
        var history = new UserHistory(RecordedDay.Alice, showsOthers);
        Assert.Equal(
            [
                $"began to talk with {other}",
                $"ended talking with {other}: 1 lines said, 2 heard, 4 at least not in the log",
            ],
            Tell(history, (1, Talk), (2, Talk), (1, Line(RecordedDay.Alice)), (2, Line(RecordedDay.Dave)), (2, Line(RecordedDay.Dave)),
                (1, new ChatEnded(Reason.Success)), (2, new ChatLinesMissed(4, "the log was away")), (2, new ChatEnded(Reason.Success))));
    }

    [Fact]
    public void One_whose_hub_was_killed_ends_with_the_word_of_that()
    {
        var history = new UserHistory(RecordedDay.Alice, showsOthers: true);
        Assert.Equal(
            ["began to talk with dave", "ended talking with dave: 0 lines said, 0 heard, encrypted lines not counted"],
            Tell(history, (1, Talk), (1, new ChatNotCaptured(RecordedDay.DaveLogin, RecordedDay.Dave, RecordedDay.AliceLogin, RecordedDay.Alice)), (3, new ChatInterrupted(1, 42))));
    }

    private static ChatLineCaptured Line(UserId author) => author == RecordedDay.Alice
        ? new ChatLineCaptured(RecordedDay.AliceLogin, author, RecordedDay.DaveLogin, RecordedDay.Dave, ChatContent.Text, "secret")
        : new ChatLineCaptured(RecordedDay.DaveLogin, author, RecordedDay.AliceLogin, RecordedDay.Alice, ChatContent.Text, "secret");

    private static List<string> Tell(UserHistory history, params (ushort Hub, IEvent Fact)[] facts) =>
    [
        .. facts.Select((stated, index) => history.Tell(new StoredEvent(index + 1, new EventEnvelope(
            EventStreamName.Chat(stated.Hub, 1), index + 1, new EventSource(stated.Hub, 1), RecordedDay.At(9, 0), RecordedDay.At(9, 0),
            new EventCause("talk"), stated.Fact)))).OfType<string>(),
    ];
}
