using Sametime.Contracts.Events;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Services.Replay.Community;
using Sametime.Tests.Kit.Events;
using Xunit;

namespace Sametime.Tests.Unit.Services.Replay;

/// <summary>What facts do to the state, and that nothing of the state is left out of its hash.</summary>
public sealed class SandboxStateTests
{
    private static readonly UserId Alice = RecordedDay.Alice;
    private static readonly UserId Bob = RecordedDay.Bob;
    private static readonly LoginId Login = RecordedDay.AliceLogin;
    private static readonly ParticipantLoggedIn LoggedIn = new(Login, ParticipantKind.User, Alice, "Alice", ClientType.Meanwhile, "10.0.0.1");
    private static readonly ChannelCreated Created = new(Login, 7, Bob, 1, 2);
    private static readonly ChatStarted Started = new(Login, Alice, RecordedDay.BobLogin, Bob, ChatLogMode.Strict);
    private static readonly UserAdded Added = new(Alice, "Alice", ["al"], "about her", "hash");
    private static readonly GroupSaved Group = new("staff", "all of us", [Alice]);
    private static readonly PrivacyListSaved List = new(Alice, true, [new PrivacyListed(Bob, "", "Bob")]);

    /// <summary>Something of everything that there can be.</summary>
    private static readonly EventEnvelope[] Facts =
    [
        Stated(0, new HubSampled(1, 1, 1, 1, 1, 1, 1)), Stated(0, new HubSampled(1, 1, 1, 1, 1, 1, 1), hub: 2),
        Stated(1, LoggedIn), Stated(2, new StatusSet(Login, Alice, StatusCode.Away, 0, "lunch")), Stated(3, new UserAttributeSet(Login, Alice, 1, [1, 2])),
        Stated(4, new ServiceUp(5, RecordedDay.Application)),
        Stated(5, Created), Stated(6, new ChannelAccepted(Login, 7, RecordedDay.BobLogin)),
        Stated(7, Started), Stated(8, Line("hall")), Stated(9, new ChatLinesMissed(3, "away")),
        Stated(10, new ChatNotCaptured(Login, Alice, RecordedDay.BobLogin, Bob)), Stated(11, Line("hall")),
        Stated(12, new DoublePlaceFound("attic", 1, 2, 1)),
        Stated(13, new ChatLogPolicySet(ChatLogMode.Strict, EncryptedChat.Decline, "root")),
        Stated(14, Added), Stated(15, new UserHomeSet(Alice, "north")), Stated(16, new UserDisabled(Alice)), Stated(17, Group),
        Stated(18, new UserStorageItemSaved(Alice, 7, [1, 2, 3])), Stated(19, List),
        Stated(20, new HubLeft(2, 42, Reason.ConnectionBroken)),
    ];

    /// <summary>Each is told otherwise in one thing.</summary>
    private static readonly Dictionary<string, EventEnvelope[]> Others = new()
    {
        ["the beginning of a hub"] = Instead(0, Facts[0] with { Occurred = RecordedDay.At(11, 59) }),
        ["the kind of a login"] = Instead(2, LoggedIn with { Kind = ParticipantKind.Guest }),
        ["the user of a login"] = Instead(2, LoggedIn with { User = Bob }),
        ["the name of a login"] = Instead(2, LoggedIn with { DisplayName = "Alicia" }),
        ["the client of a login"] = Instead(2, LoggedIn with { ClientType = ClientType.Service }),
        ["the address of a login"] = Instead(2, LoggedIn with { Address = "10.0.0.2" }),
        ["the beginning of a login"] = Instead(2, Facts[2] with { Occurred = RecordedDay.At(13, 0) }),
        ["a status"] = Instead(3, new StatusSet(Login, Alice, StatusCode.Active, 0, "lunch")),
        ["the text of a status"] = Instead(3, new StatusSet(Login, Alice, StatusCode.Away, 0, "tea")),
        ["the key of an attribute"] = Instead(4, new UserAttributeSet(Login, Alice, 2, [1, 2])),
        ["the value of an attribute"] = Instead(4, new UserAttributeSet(Login, Alice, 1, [1, 3])),
        ["a service"] = Instead(5, new ServiceUp(6, RecordedDay.Application)),
        ["who offers a service"] = Instead(5, new ServiceUp(5, RecordedDay.BobLogin)),
        ["since when a service is offered"] = Instead(5, Facts[5] with { Occurred = RecordedDay.At(13, 0) }),
        ["the number of a channel"] = Instead(6, Created with { Channel = 8 }),
        ["the target of a channel"] = Instead(6, Created with { Target = Alice }),
        ["the service of a channel"] = Instead(6, Created with { Service = 3 }),
        ["the protocol of a channel"] = Instead(6, Created with { Protocol = 3 }),
        ["the beginning of a channel"] = Instead(6, Facts[6] with { Occurred = RecordedDay.At(13, 0) }),
        ["who accepted a channel"] = Instead(7, new ChannelAccepted(Login, 7, RecordedDay.DaveLogin)),
        ["that a channel was accepted"] = Without(7),
        ["that a channel is at a second hub"] = [.. Facts[..21], Stated(30, Created, hub: 2), Facts[21]],
        ["who began a conversation"] = Instead(8, Started with { CreatorUser = RecordedDay.Carol }),
        ["with whom a conversation is"] = Instead(8, Started with { AcceptorUser = RecordedDay.Carol }),
        ["the beginning of a conversation"] = Instead(8, Facts[8] with { Occurred = RecordedDay.At(13, 0) }),
        ["how many lines a conversation has"] = [.. Facts[..12], Stated(11, Line("")), .. Facts[12..]],
        ["how many lines are missing"] = Instead(10, new ChatLinesMissed(4, "away")),
        ["that a side is encrypted"] = Without(11),
        ["the first that is known of a place"] = Instead(9, Facts[9] with { Occurred = RecordedDay.At(11, 0) }),
        ["the last that is known of a place"] = Instead(12, Facts[12] with { Occurred = RecordedDay.At(13, 0) }),
        ["the name of a place"] = Instead(13, new DoublePlaceFound("cellar", 1, 2, 1)),
        ["who keeps a place"] = Instead(13, new DoublePlaceFound("attic", 1, 2, 2)),
        ["how conversations are captured"] = Instead(14, new ChatLogPolicySet(ChatLogMode.Relaxed, EncryptedChat.Decline, "root")),
        ["what becomes of ciphers"] = Instead(14, new ChatLogPolicySet(ChatLogMode.Strict, EncryptedChat.Pass, "root")),
        ["the name of a user"] = Instead(15, Added with { DisplayName = "Alicia" }),
        ["a login name"] = Instead(15, Added with { LoginNames = ["ally"] }),
        ["that a user has a login name"] = Instead(15, Added with { LoginNames = [] }),
        ["the description of a user"] = Instead(15, Added with { Description = "about somebody else" }),
        ["a home"] = Instead(16, new UserHomeSet(Alice, "south")),
        ["that a user is disabled"] = Without(17),
        ["a group"] = Instead(18, Group with { Group = "board" }),
        ["the description of a group"] = Instead(18, Group with { Description = "some of us" }),
        ["a member of a group"] = Instead(18, Group with { Members = [Bob] }),
        ["that a group has a member"] = Instead(18, Group with { Members = [] }),
        ["the key of a value"] = Instead(19, new UserStorageItemSaved(Alice, 8, [1, 2, 3])),
        ["a value of the same length"] = Instead(19, new UserStorageItemSaved(Alice, 7, [1, 2, 4])),
        ["that there is a privacy list"] = Without(20),
        ["what a privacy list means"] = Instead(20, List with { Deny = false }),
        ["that anybody is on a privacy list"] = Instead(20, List with { Listed = [] }),
        ["who is on a privacy list"] = Instead(20, List with { Listed = [new PrivacyListed(Alice, "", "Bob")] }),
        ["of which community he is"] = Instead(20, List with { Listed = [new PrivacyListed(Bob, "elsewhere", "Bob")] }),
        ["what he is called"] = Instead(20, List with { Listed = [new PrivacyListed(Bob, "", "Rob")] }),
        ["that a hub is lost"] = Without(21),
    };

    public static TheoryData<string> Names => [.. Others.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Two_communities_that_differ_in_one_thing_have_different_hashes(string what) =>
        Assert.True(Fold(Facts).Hash() != Fold(Others[what]).Hash(), $"{what} is not in the hash.");

    [Fact]
    public void No_two_of_them_are_the_same() =>
        Assert.Equal(Others.Count, Others.Values.Select(static facts => Fold(facts).Hash()).Distinct().Count());

    [Fact]
    public void The_start_of_a_hub_is_a_thing_too() =>
        Assert.NotEqual(Fold([Stated(0, Facts[0].Payload)]).Hash(), Fold([Stated(0, Facts[0].Payload, incarnation: 43)]).Hash());

    [Fact]
    public void What_has_ended_or_was_taken_back_is_there_no_longer()
    {
        Assert.Empty(Fold([.. Facts, Stated(30, new ServiceDown(5, RecordedDay.Application, Reason.Success))]).Services.All);
        Assert.Empty(Assert.Single(Fold([.. Facts, Stated(30, new UserAttributeUnset(Login, Alice, 1))]).Logins.All).Attributes);
        Assert.Empty(Fold([.. Facts, Stated(30, new ChatEnded(Reason.Success))]).Conversations.All);
        Assert.Empty(Fold([.. Facts, Stated(30, new ChatInterrupted(1, 42), hub: 2)]).Conversations.All);
        Assert.Single(Fold([.. Facts, Stated(30, new ChatInterrupted(3, 42), hub: 2)]).Conversations.All); // which another hub left
        Assert.Empty(Fold([.. Facts, Stated(30, new GroupRemoved("STAFF"))]).Directory.Groups);
        Assert.False(Fold([.. Facts, Stated(30, new UserEnabled(Alice))]).Directory.Users[Alice].IsDisabled);
    }

    [Fact]
    public void What_is_said_again_takes_the_place_of_what_was_said_and_what_is_counted_adds_up()
    {
        var it = Fold(
        [
            .. Facts, Stated(30, new UserRenamed(Alice, "Alicia", ["ally"], "of late")), Stated(31, new ChatLinesMissed(4, "again")),
            Stated(32, new ServiceUp(5, RecordedDay.Application)),
        ]);

        Assert.Equal(new SandboxUser("Alicia", ["ally"], "of late", "north", IsDisabled: true), it.Directory.Users[Alice]);
        var talk = Assert.Single(it.Conversations.All.Values);
        Assert.Equal((2L, 7L, true), (talk.Lines, talk.Missed, talk.IsEncrypted));
        Assert.Equal((ChatLogMode.Strict, EncryptedChat.Decline), (it.Conversations.Mode, it.Conversations.Encrypted));
        Assert.Equal(RecordedDay.At(12, 4), Assert.Single(it.Services.All.Values)); // since it was first offered
        var (hall, attic) = (it.Places.All["hall"], it.Places.All["attic"]);
        Assert.Equal((RecordedDay.At(12, 8), RecordedDay.At(12, 11), (ushort)0), (hall.Since, hall.Seen, hall.KeptBy));
        Assert.Equal((RecordedDay.At(12, 12), RecordedDay.At(12, 12), (ushort)1), (attic.Since, attic.Seen, attic.KeptBy));
        Assert.Equal(2, it.Places.All.Count);
    }

    private static ChatLineCaptured Line(string place) => new(Login, Alice, RecordedDay.BobLogin, Bob, ChatContent.Text, "text", place);

    private static EventEnvelope[] Instead(int at, IEvent fact) => Instead(at, Facts[at] with { Payload = fact });

    private static EventEnvelope[] Instead(int at, EventEnvelope fact) => [.. Facts[..at], fact, .. Facts[(at + 1)..]];

    private static EventEnvelope[] Without(int at) => [.. Facts[..at], .. Facts[(at + 1)..]];

    private static Sandbox Fold(IEnumerable<EventEnvelope> facts)
    {
        var sandbox = new Sandbox();
        foreach (var fact in facts)
            sandbox.Apply(fact);
        return sandbox;
    }

    private static EventEnvelope Stated(int minute, IEvent fact, ushort hub = 1, uint incarnation = 42) => new(
        EventStreamName.Hub(hub, incarnation), minute, new EventSource(hub, incarnation), RecordedDay.At(12, minute), RecordedDay.At(12, minute),
        new EventCause("talk"), fact);
}
