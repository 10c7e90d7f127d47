using Sametime.Contracts.Events;
using Sametime.Contracts.Link.Participants;
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

    public static TheoryData<string, IEvent> Sentences => new()
    {
        {
            $"logged in at hub 1 from 10.0.0.1 as \"Alice A.\" with Meanwhile, login {RecordedDay.AliceLogin}",
            new ParticipantLoggedIn(RecordedDay.AliceLogin, ParticipantKind.User, RecordedDay.Alice, "Alice A.", ClientType.Meanwhile, "10.0.0.1")
        },
        {
            $"logged in at hub 1 from an unknown address as \"\" with Meanwhile, login {RecordedDay.AliceLogin}",
            new ParticipantLoggedIn(RecordedDay.AliceLogin, ParticipantKind.User, RecordedDay.Alice, "", ClientType.Meanwhile, "")
        },
        {
            $"logged out of hub 1, login {RecordedDay.AliceLogin}",
            new ParticipantLoggedOut(RecordedDay.AliceLogin, ParticipantKind.User, RecordedDay.Alice, Reason.Success)
        },
        {
            $"logged out of hub 1, login {RecordedDay.AliceLogin}: ConnectionBroken",
            new ParticipantLoggedOut(RecordedDay.AliceLogin, ParticipantKind.User, RecordedDay.Alice, Reason.ConnectionBroken)
        },
        { $"is Away, login {RecordedDay.AliceLogin}", new StatusSet(RecordedDay.AliceLogin, RecordedDay.Alice, StatusCode.Away, 0, "") },
        { $"is Away \"x\", login {RecordedDay.AliceLogin}", new StatusSet(RecordedDay.AliceLogin, RecordedDay.Alice, StatusCode.Away, 0, "x") },
        { "was not let in from x: IncorrectLogin", new LoginRefused("alice", "x", AuthType.Plain, Reason.IncorrectLogin) },
        { "may try no password for a while: too many from 10.0.0.1", new AccountThrottled("alice", "10.0.0.1", ThrottleScope.Address) },
        {
            $"lost login {RecordedDay.AliceLogin} in favour of {RecordedDay.BobLogin}: UserRestricted",
            new LoginDiscarded(RecordedDay.AliceLogin, RecordedDay.Alice, RecordedDay.BobLogin, Reason.UserRestricted)
        },
        { "was sent on from hub 2 to hub 3", new LoginRedirected(RecordedDay.Alice, 2, 3) },
        {
            $"was at two hubs at once: logins {RecordedDay.AliceLogin} and {RecordedDay.DaveLogin}, ended by rule KeepNewest",
            new DoubleLoginFound(RecordedDay.Alice, RecordedDay.AliceLogin, RecordedDay.DaveLogin, "KeepNewest")
        },
        { "saw channel talk end", new ChannelDestroyed(RecordedDay.AliceLogin, 5, Reason.Success) },
        { "saw channel talk end: ConnectionBroken", new ChannelDestroyed(RecordedDay.AliceLogin, 5, Reason.ConnectionBroken) },
        { "was added to the directory", new UserAdded(RecordedDay.Alice, "Alice", [], "", "") },
        { "was removed from the directory", new UserRemoved(RecordedDay.Alice) },
        { "was renamed to \"Alicia\"", new UserRenamed(RecordedDay.Alice, "Alicia", [], "") },
        { "was disabled", new UserDisabled(RecordedDay.Alice) },
        { "was enabled again", new UserEnabled(RecordedDay.Alice) },
        { "was given another password, or another hash of the same", new UserPasswordChanged(RecordedDay.Alice, "") },
        { "has no home hub any more", new UserHomeSet(RecordedDay.Alice, "") },
        { "is at home at n", new UserHomeSet(RecordedDay.Alice, "n") },
        { "stored 3 bytes under key 7", new UserStorageItemSaved(RecordedDay.Alice, 7, [1, 2, 3]) },
        { "stored a privacy list of 2", new PrivacyListSaved(RecordedDay.Alice, true, [new(RecordedDay.Bob, "", ""), new(RecordedDay.Dave, "", "")]) },
        { "was issued a token until 2026-05-06T10:00:00Z", new TokenIssued(RecordedDay.Alice, "digest", RecordedDay.At(10, 0), false, "") },
        { "lost all tokens", new TokensRevoked(RecordedDay.Alice, "root") },
    };

    [Theory]
    [MemberData(nameof(Sentences))]
    public void Each_fact_is_a_sentence_of_its_own(string sentence, IEvent fact) =>
        Assert.Equal([sentence], Tell(new UserHistory(RecordedDay.Alice, showsOthers: false), (1, fact)));

    [Fact]
    public void Of_what_is_nothing_to_tell_nothing_is_told() =>
        Assert.Empty(Tell(new UserHistory(RecordedDay.Alice, true), (1, new GroupRemoved("g")), (1, Line(RecordedDay.Alice)), (1, new ChatEnded(Reason.Success))));

    [Theory]
    [InlineData(true, "bob")]
    [InlineData(false, "somebody")]
    public void Who_asked_whom_for_a_channel_is_told_by_whose_login_began_it(bool showsOthers, string other)
    {
        var history = new UserHistory(RecordedDay.Alice, showsOthers);
        var logIn = new ParticipantLoggedIn(RecordedDay.AliceLogin, ParticipantKind.User, RecordedDay.Alice, "", ClientType.Meanwhile, "");

        Assert.Equal(
            [
                $"asked {other} for a channel of service 0x1000",
                "asked the server for a channel of service 0x15",
                $"was asked by login {RecordedDay.BobLogin} for a channel of service 0x1000",
            ],
            Tell(history, (1, logIn), (1, new ChannelCreated(RecordedDay.AliceLogin, 1, RecordedDay.Bob, 0x1000, 1)),
                (1, new ChannelCreated(RecordedDay.AliceLogin, 2, default, 0x15, 1)),
                (1, new ChannelCreated(RecordedDay.BobLogin, 3, RecordedDay.Alice, 0x1000, 1))).Skip(1));
    }

    [Fact]
    public void Who_was_spoken_to_first_talks_with_who_began_and_of_a_whole_conversation_nothing_is_said_to_be_missing()
    {
        var began = Talk with { CreatorUser = RecordedDay.Bob, Creator = RecordedDay.BobLogin, AcceptorUser = RecordedDay.Alice };

        Assert.Equal(
            ["began to talk with bob", "ended talking with bob: 1 lines said, 0 heard"],
            Tell(new UserHistory(RecordedDay.Alice, showsOthers: true), (1, began), (1, Line(RecordedDay.Alice)), (1, new ChatEnded(Reason.Success)), (1, new ChatEnded(Reason.Success))));
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
