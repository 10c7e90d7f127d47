using Sametime.Contracts.Events;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Services.Replay.Community;
using Sametime.Tests.Kit.Events;
using Xunit;

namespace Sametime.Tests.Unit.Services.Replay;

public sealed class SandboxTests
{
    private static readonly IReadOnlyList<EventEnvelope> Day = RecordedDay.Events();

    [Theory]
    [InlineData(9, 0, "", 0)]
    [InlineData(9, 14, "alice", 0)]
    [InlineData(9, 45, "alice bob dave", 1)]
    [InlineData(10, 5, "alice bob carol dave", 1)]
    [InlineData(10, 15, "alice bob carol dave", 0)]
    [InlineData(11, 0, "alice carol", 0)]
    public void Who_was_online_and_what_channels_there_were_is_known_for_every_moment(int hour, int minute, string online, int channels)
    {
        var sandbox = Fold(Day.Where(envelope => envelope.Occurred <= RecordedDay.At(hour, minute)));
        Assert.Equal(online, string.Join(' ', sandbox.Online().Select(login => login.User)));
        Assert.Equal(channels, sandbox.Channels.All.Count);
        Assert.Equal([RecordedDay.ResolveService], sandbox.Services.All.Keys.Select(offer => offer.Service));
    }

    [Fact]
    public void A_login_has_the_status_it_said_last()
    {
        var alice = Fold(Day).Online().First();
        Assert.Equal((StatusCode.Away, "at lunch", "10.0.0.1"), (alice.Status, alice.Description, alice.Address));
    }

    [Fact]
    public void Same_log_same_hash_and_every_event_that_changes_something_changes_it()
    {
        Assert.Equal(Fold(Day).Hash(), Fold(Day).Hash());
        var hashes = Enumerable.Range(0, Day.Count + 1).Select(events => Fold(Day.Take(events)).Hash()).Distinct();

        // Refused logins, samples and a hub that is known already leave the community as it is.
        Assert.Equal(Day.Count + 1 - Day.Count(envelope => envelope.Payload is LoginRefused or HubSampled), hashes.Count());
    }

    [Fact]
    public void The_hash_does_not_depend_on_the_order_of_what_is_independent()
    {
        var (one, two) = (Day.Where(envelope => envelope.Source.Hub == 1), Day.Where(envelope => envelope.Source.Hub == 2));
        Assert.Equal(Fold([.. one, .. two]).Hash(), Fold([.. two, .. one]).Hash());
    }

    [Fact]
    public void A_hub_that_starts_anew_has_nothing_of_its_former_life()
    {
        var sandbox = Fold([.. Day.Take(12), Stated(1, 43, new ServiceUp(1, new LoginId(1, 43, 1)))]);
        Assert.Empty(sandbox.Online());
        Assert.Empty(sandbox.Channels.All);
        Assert.Equal([1u], sandbox.Services.All.Keys.Select(offer => offer.Service));

        // What its former life stated reaches the log late and changes nothing.
        sandbox.Apply(Stated(1, 42, new ParticipantLoggedIn(new LoginId(1, 42, 9), ParticipantKind.User, RecordedDay.Bob, "", default, "")));
        Assert.Empty(sandbox.Online());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_login_of_the_start_that_is_heard_of_stays_whichever_is_read_first(bool startsFirst)
    {
        // The Edge's word on it is in another stream than the hub's, so either may come first.
        var start = Stated(1, 43, new ServiceUp(1, new LoginId(1, 43, 1)));
        var login = new ParticipantLoggedIn(new LoginId(1, 43, 5), ParticipantKind.User, RecordedDay.Dave, "", default, "");
        var apart = Stated(1, 43, login) with { Stream = EventStreamName.Process("edge", Guid.Empty) };
        var sandbox = Fold([.. Day.Take(12), .. startsFirst ? (EventEnvelope[])[start, apart] : [apart, start]]);

        Assert.Equal([RecordedDay.Dave], sandbox.Online().Select(online => online.User)); // and nobody of the start before
    }

    [Fact]
    public void Who_is_at_a_lost_hub_is_not_online_until_it_is_heard_again()
    {
        var sandbox = Fold([.. Day.Take(14), Stated(1, 42, new HubLeft(2, 7, Reason.ConnectionBroken))]);
        Assert.Equal("alice bob", string.Join(' ', sandbox.Online().Select(login => login.User)));
        sandbox.Apply(Stated(2, 7, new HubSampled(1, 1, 0, 1, 0, 0, 0)));
        Assert.Equal("alice bob dave", string.Join(' ', sandbox.Online().Select(login => login.User)));
    }

    [Fact]
    public void A_channel_of_two_hubs_is_there_until_both_have_ended_it()
    {
        var (creator, far) = (RecordedDay.AliceLogin, RecordedDay.DaveLogin);
        var created = new ChannelCreated(creator, 9, RecordedDay.Dave, 1, 1);
        var sandbox = Fold([Stated(1, 42, created), Stated(2, 7, created), Stated(2, 7, new ChannelAccepted(creator, 9, far))]);
        sandbox.Apply(Stated(1, 42, new ChannelDestroyed(creator, 9, Reason.Success)));
        Assert.Single(sandbox.Channels.All);
        sandbox.Apply(Stated(2, 7, new ChannelDestroyed(creator, 9, Reason.Success)));
        Assert.Empty(sandbox.Channels.All);
    }

    [Fact]
    public void The_end_of_a_login_ends_its_channels_even_if_the_log_lost_their_end()
    {
        var sandbox = Fold(Day.Where(envelope => envelope.Payload is not ChannelDestroyed));
        Assert.Empty(sandbox.Channels.All); // Bob has logged out
    }

    [Fact]
    public void Directory_and_stored_values_are_part_of_the_community()
    {
        var user = EventStreamName.User(RecordedDay.Alice);
        var sandbox = Fold(
        [
            Written(EventStreamName.Directory, new UserAdded(RecordedDay.Alice, "Alice", Items.Create(["al"]), "", "hash")),
            Written(EventStreamName.Directory, new UserAdded(RecordedDay.Bob, "Bob", default, "", "hash")),
            Written(EventStreamName.Directory, new GroupSaved("all", "", Items.Create([RecordedDay.Alice, RecordedDay.Bob]))),
            Written(EventStreamName.Directory, new UserDisabled(RecordedDay.Alice)),
            Written(user, new UserStorageItemSaved(RecordedDay.Alice, 7, Opaque.Create([1, 2, 3]))),
            Written(EventStreamName.Directory, new UserRemoved(RecordedDay.Bob)),
        ]);
        Assert.True(sandbox.Directory.Users[RecordedDay.Alice].IsDisabled);
        Assert.Equal([RecordedDay.Alice], sandbox.Directory.Groups["ALL"].Members);
        Assert.Equal(3, sandbox.Storage.Users[RecordedDay.Alice].Values[7].Length);
        sandbox.Apply(Written(EventStreamName.Directory, new UserRemoved(RecordedDay.Alice)));
        Assert.Empty(sandbox.Storage.Users);
    }

    [Fact]
    public void A_place_was_seen_when_the_log_said_so_last_also_when_that_was_of_an_earlier_time()
    {
        var sandbox = new Sandbox();
        foreach (var (hour, keptBy) in ((int, ushort)[])[(10, 2), (12, 3), (11, 1)])
            sandbox.Apply(Stated(1, 42, new DoublePlaceFound("hall", 2, 1, keptBy)) with { Occurred = RecordedDay.At(hour, 0) });

        var hall = sandbox.Places.All["hall"];
        Assert.Equal((RecordedDay.At(10, 0), RecordedDay.At(11, 0), (ushort)1), (hall.Since, hall.Seen, hall.KeptBy));
    }

    [Fact]
    public void What_is_heard_of_a_former_life_of_a_hub_neither_loses_it_nor_finds_it()
    {
        var sandbox = Fold([.. Day.Take(14)]);
        sandbox.Apply(Stated(1, 42, new HubLeft(2, 6, Reason.ConnectionBroken)));
        Assert.True(sandbox.Hubs.IsThere(2));
        sandbox.Apply(Stated(1, 42, new HubLeft(2, 7, Reason.ConnectionBroken)));
        Assert.Equal((false, true), (sandbox.Hubs.IsThere(2), sandbox.Hubs.IsThere(1)));
        sandbox.Apply(Stated(1, 42, new HubJoined(2, 6, "hub-2")));
        Assert.False(sandbox.Hubs.IsThere(2));
        sandbox.Apply(Stated(1, 42, new HubJoined(2, 7, "hub-2")));
        Assert.True(sandbox.Hubs.IsThere(2));
    }

    private static Sandbox Fold(IEnumerable<EventEnvelope> events)
    {
        var sandbox = new Sandbox();
        foreach (var envelope in events)
            sandbox.Apply(envelope);
        return sandbox;
    }

    private static EventEnvelope Stated(ushort hub, uint incarnation, IEvent fact) =>
        new(EventStreamName.Hub(hub, incarnation), 1, new EventSource(hub, incarnation), RecordedDay.At(12, 0), RecordedDay.At(12, 0), default, fact);

    private static EventEnvelope Written(EventStreamName stream, IEvent fact) =>
        new(stream, 1, new EventSource(1, 0), RecordedDay.At(12, 0), RecordedDay.At(12, 0), default, fact);
}
