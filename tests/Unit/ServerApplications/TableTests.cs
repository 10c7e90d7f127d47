using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.ServerApplications;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Tests.Kit.Services;
using Xunit;

namespace Sametime.Tests.Unit.ServerApplications;

/// <summary>What a hub is told of a table, and who of the table hears what the hub tells.</summary>
public sealed class TableTests
{
    private static readonly ProtocolType Protocol = new(1);
    private static readonly ServiceType Other = new(0x00D0_0009);

    [Fact]
    public void Each_service_is_provided_once_in_the_reach_that_it_has_and_one_that_only_answers_by_no_protocol()
    {
        var it = ApplicationFixture.Of(new TableService(table =>
        {
            table.Provides(EchoService.Echo, ServiceScope.Local, Protocol, 7);
            table.Provides(Other, ServiceScope.Global, new ProtocolType(2), 8);
            table.Answers<LoadPrivacyRequest, PrivacyReply>(static (_, _, _) => throw new InvalidOperationException());
            table.Answers<SavePrivacyRequest, Done>(static (_, _, _) => throw new InvalidOperationException());
        }));

        Assert.Equal(
            [
                new Provide(EchoService.Echo, ServiceScope.Local, [new ServiceProtocol(Protocol, 7)]),
                new Provide(Other, ServiceScope.Global, [new ServiceProtocol(new ProtocolType(2), 8)]),
                new Provide(CommunityServices.Privacy, ServiceScope.Global, []),
            ],
            it.Hub.Sent<Provide>(LinkKind.Provide));
        it.Loop.Run(() => _ = it.Application.StopAsync());
        Assert.Equal([EchoService.Echo, Other, CommunityServices.Privacy], it.Hub.Sent<Withdraw>(LinkKind.Withdraw).Select(static withdraw => withdraw.Service));
    }

    [Fact]
    public void All_kinds_of_events_that_any_service_hears_are_subscribed_to()
    {
        var it = ApplicationFixture.Of(
            new TableService(static table => table.Hears<LoggedIn>(static _ => { }).Hears<StatusChanged>(static _ => { })),
            new TableService(static table => table.Hears<LoggedIn>(static _ => { }).Hears<LoggedOut>(static _ => { })));

        Assert.Equal(
            CommunityEventKinds.LoggedIn | CommunityEventKinds.StatusChanged | CommunityEventKinds.LoggedOut | CommunityEventKinds.SnapshotComplete,
            Assert.Single(it.Hub.Sent<Subscribe>(LinkKind.Subscribe)).Kinds);
    }

    [Fact]
    public void Every_service_hears_when_the_link_is_there_and_when_it_is_lost()
    {
        var told = new List<string>();
        var it = ApplicationFixture.Of([.. ((string[])["a", "b", "c"]).Select(name => new TableService(table => table
            .Connects(() => told.Add($"{name} on {table.Application.IsConnected}"))
            .Disconnects(() => told.Add($"{name} off {table.Application.IsConnected}"))))]);

        it.Hub.LoseLink();

        Assert.Equal(["a on True", "b on True", "c on True", "a off False", "b off False", "c off False"], told);
    }

    [Theory]
    [InlineData("nobody alice bob")]
    [InlineData("alice nobody bob")]
    [InlineData("alice bob nobody")]
    public void Who_was_never_asked_for_keeps_nobody_else_from_being_given_up(string users)
    {
        var it = ApplicationFixture.Of(new EchoService());
        it.Application.Locate([new UserId("alice"), new UserId("bob")]);

        it.Application.Unlocate([.. users.Split(' ').Select(static user => new UserId(user))]);

        Assert.Equal([new UserId("alice"), new UserId("bob")], Assert.Single(it.Hub.Sent<Unlocate>(LinkKind.Unlocate)).Users.AsEnumerable());
    }

    [Theory]
    [InlineData("alice bob carol", "bob carol")]
    [InlineData("bob alice carol", "bob carol")]
    [InlineData("bob carol alice", "bob carol")]
    public void Whom_somebody_else_still_wants_is_kept_and_the_others_are_given_up(string users, string over)
    {
        var it = ApplicationFixture.Of(new EchoService());
        var all = users.Split(' ').Select(static user => new UserId(user)).ToArray();
        it.Application.Locate(all);
        it.Application.Locate([new UserId("alice")]);

        it.Application.Unlocate(all);
        Assert.Equal(over.Split(' ').Select(static user => new UserId(user)), Assert.Single(it.Hub.Sent<Unlocate>(LinkKind.Unlocate)).Users.AsEnumerable());
        it.Hub.LoseLink();
        it.Hub.Connect();

        Assert.Equal([new UserId("alice")], it.Hub.Sent<Locate>(LinkKind.Locate)[^1].Users.AsEnumerable());
    }

    [Fact]
    public void A_question_too_short_to_name_what_it_asks_is_one_that_nobody_answers()
    {
        var it = ApplicationFixture.Of(new EchoService());

        it.Hub.Frame(LinkKind.Request, 9, [0, 0, 0]);

        Assert.Equal(Reason.NotImplemented, it.Hub.AnswerTo<Done>(9)!.Value.Reason);
    }

    [Fact]
    public void A_channel_whose_request_is_cut_short_opens_for_nobody_and_is_answered_by_nothing()
    {
        var it = ApplicationFixture.Of(new EchoService());
        it.Hub.Open(EchoService.Echo, Protocol, 1, Logins.Of("alice"));
        var whole = FrameOf(new ChannelCreate
        {
            Channel = new ChannelId(0x8000_0077), Service = EchoService.Echo, Protocol = Protocol, Version = 1, Creator = Logins.Of("bob"),
        });
        var before = it.Hub.Messages.Count;

        // Who offers no cipher may leave the offer out, so only what comes before it must be whole.
        var offer = new System.Buffers.ArrayBufferWriter<byte>();
        var writer = new WireWriter(offer);
        default(Negotiation).Write(ref writer);
        writer.Complete();
        for (var length = 0; length < whole.Length - offer.WrittenCount; length++)
            it.Hub.Frame(LinkKind.Message, 0, whole[..length]);
        Assert.Equal((1, before), (it.Application.ChannelCount, it.Hub.Messages.Count));
        it.Hub.Frame(LinkKind.Message, 0, whole);

        Assert.Equal(2, it.Application.ChannelCount);
    }

    private static byte[] FrameOf(ChannelCreate create)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        FrameWriter.Write(output, ChannelId.Master, create);
        return output.WrittenSpan[Frame.LengthSize..].ToArray();
    }
}
