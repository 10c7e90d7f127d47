using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Master;
using Sametime.Tests.Kit.Clients;
using Sametime.Tests.Unit.Community.Support;
using Sametime.Tests.Unit.ServerApplications;
using Xunit;

namespace Sametime.Tests.Unit.Community;

/// <summary>Who gets what is sent: the modes of addressing, and one to one, one to many, one to all.</summary>
public sealed class ReachTests
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(2);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task S003_S008_A_user_comes_changes_his_status_writes_and_leaves_and_another_sees_all_of_it_at_once()
    {
        await using var community = await TestCommunity.StartAsync();
        var bob = await community.LogInAsync("bob");
        var list = await bob.OpenAsync(ServiceTypes.Awareness, ProtocolTypes.Awareness, ProtocolVersions.Awareness, Stop);
        await bob.SendPayloadAsync(list, new PresenceAdd([AwareId.OfUser("alice")]));
        Assert.False((await bob.TakePayloadAsync<PresenceSnapshot>(list, Stop)).Blocks[0].IsOnline);

        var alice = await community.LogInAsync("alice");
        Assert.True((await bob.TakePayloadAsync<PresenceUpdate>(list, Stop).WaitAsync(AtOnce, Stop)).Block.IsOnline);
        await alice.SendAsync(new SetUserStatus(new UserStatus(StatusCode.Away, 5, "lunch")));
        Assert.Equal(new UserStatus(StatusCode.Away, 5, "lunch"), (await bob.TakePayloadAsync<PresenceUpdate>(list, Stop).WaitAsync(AtOnce, Stop)).Block.Status);

        var mine = await alice.CreateImAsync("bob");
        var theirs = (await bob.AcceptAsync(Stop).WaitAsync(AtOnce, Stop)).Channel;
        await alice.TakeAsync<ChannelAccept>(Stop, mine);
        await alice.SayAsync(mine, "are you there?");
        Assert.Equal("are you there?", await bob.HearAsync(theirs, Stop).WaitAsync(AtOnce, Stop));

        await alice.LogOutAsync(Stop);
        Assert.False((await bob.TakePayloadAsync<PresenceUpdate>(list, Stop).WaitAsync(AtOnce, Stop)).Block.IsOnline);
    }

    [Fact]
    public async Task S010_S027_A_service_nobody_knew_can_be_called_while_it_is_there_and_not_before_or_after()
    {
        await using var community = await TestCommunity.StartAsync();
        var alice = await community.LogInAsync("alice");
        Assert.Equal(Reason.ServiceNotSupported, await RefusalAsync(alice));

        var application = await community.AddApplicationAsync("echo", new EchoService());
        var channel = await alice.OpenAsync(EchoService.Echo, new ProtocolType(1), 1, Stop);
        await alice.SendPayloadAsync(channel, new EchoText("hello"));
        Assert.Equal("hello", (await alice.TakePayloadAsync<EchoText>(channel, Stop)).Text);

        await application.StopAsync();
        Assert.Equal(Reason.ServiceNotSupported, await RefusalAsync(alice));
    }

    [Fact]
    public async Task S020_S041_S042_S043_User_login_and_service_are_each_reached_by_their_own_address()
    {
        await using var community = await TestCommunity.StartAsync();
        await community.AddApplicationAsync("named", new NamedService("the one"));
        var alice = await community.LogInAsync("alice");
        CommunityClient[] logins = [await community.LogInAsync("bob"), await community.LogInAsync("bob"), await community.LogInAsync("bob")];
        foreach (var away in new[] { logins[0], logins[2] })
        {
            await away.SendAsync(new SetUserStatus(new UserStatus(StatusCode.Away, 1)));
            await away.AllSoFarAsync(Stop);
        }

        // Of three logins the one that is not away, though another did something later.
        await alice.CreateImAsync("bob");
        await logins[1].AcceptAsync(Stop);
        await alice.CreateImAsync(logins[0].LoginId);
        await logins[0].AcceptAsync(Stop);
        foreach (var login in logins)
            Assert.DoesNotContain(await login.AllSoFarAsync(Stop), static m => m.Type == MessageType.ChannelCreate);
        Assert.Equal("the one", await NamedService.AskAsync(alice, Stop));
    }

    [Fact]
    public async Task S043_S044_The_least_busy_provider_is_chosen_one_that_declines_is_skipped_and_a_dead_one_is_forgotten()
    {
        await using var community = await TestCommunity.StartAsync();
        NamedService busy = new("busy", 900), idle = new("idle", 100), half = new("half", 500);
        await community.AddApplicationAsync("a", busy);
        var idlePart = await community.AddApplicationAsync("b", idle);
        var halfPart = await community.AddApplicationAsync("c", half);
        var alice = await community.LogInAsync("alice");
        for (var i = 0; i < 5; i++)
            Assert.Equal("idle", await NamedService.AskAsync(alice, Stop));

        idle.Declines = true;
        Assert.Equal("half", await NamedService.AskAsync(alice, Stop));
        Assert.Equal((0, 6, 1), (busy.Asked, idle.Asked, half.Asked));

        idlePart.Kill();
        halfPart.Kill();
        await community.UntilAsync(static hub => hub.Status.Participants().All(static p => p.Name is not "b" and not "c"), "two are gone");
        Assert.Equal("busy", await NamedService.AskAsync(alice, Stop));
    }

    [Fact]
    public async Task S045_Two_exchange_messages_and_nobody_else_gets_any()
    {
        await using var community = await TestCommunity.StartAsync();
        var (alice, bob, carol) = (await community.LogInAsync("alice"), await community.LogInAsync("bob"), await community.LogInAsync("carol"));
        var second = await community.LogInAsync("bob");
        var (mine, theirs) = await alice.ConverseAsync(bob, Stop);
        await alice.SayAsync(mine, "ping");
        Assert.Equal("ping", await bob.HearAsync(theirs, Stop));
        await bob.SayAsync(theirs, "pong");
        Assert.Equal("pong", await alice.HearAsync(mine, Stop));

        foreach (var other in new[] { carol, second })
            Assert.DoesNotContain(await other.AllSoFarAsync(Stop), static m => m.Type is MessageType.ChannelCreate or MessageType.ChannelSend);
    }

    [Fact]
    public async Task S046_One_message_to_fifty_leaves_the_sender_once_and_each_Edge_gets_one_frame()
    {
        await using var community = await TestCommunity.StartAsync();
        var names = Enumerable.Range(0, 50).Select(static i => $"user{i}").ToArray();
        var recipients = new List<CommunityClient>();
        foreach (var name in names)
        {
            await community.AddUserAsync(name, name);
            recipients.Add(await community.LogInAsync(name));
        }

        var wire = community.AddRelay(community.Edge.EndPoint);
        var alice = await community.LogInAsync("alice", via: wire.EndPoint);
        var before = await community.Hub.AskAsync(static hub => hub.Status.Counters.FanoutFrames);
        await alice.SendAsync(new Announce { Text = "the cake is in the kitchen", Recipients = [.. names.Select(static name => Announce.UserPrefix + name)] });
        foreach (var recipient in recipients)
            Assert.Equal("the cake is in the kitchen", (await recipient.TakeAsync<Announce>(Stop)).Text);

        Assert.Equal(1, await community.Hub.AskAsync(static hub => hub.Status.Counters.FanoutFrames) - before);
        Assert.Equal(1, CountOf(wire.Recorded(), "the cake is in the kitchen"u8));
        foreach (var recipient in recipients)
            Assert.DoesNotContain(await recipient.AllSoFarAsync(Stop), static m => m.Type == MessageType.Announce);
    }

    [Fact]
    public async Task S049_A_broadcast_is_one_frame_for_each_Edge_and_one_copy_for_each_user()
    {
        await using var community = await TestCommunity.StartAsync();
        var other = await community.AddEdgeAsync("edge-2");
        CommunityClient[] all =
        [
            await community.LogInAsync("alice"), await community.LogInAsync("bob"), await community.LogInAsync("carol", other), await community.LogInAsync("alice", other),
        ];

        var frames = await community.Hub.AskAsync(static hub =>
        {
            var before = hub.Status.Counters.BroadcastFrames;
            hub.Notice("closing at five");
            return hub.Status.Counters.BroadcastFrames - before;
        });

        Assert.Equal(2, frames);
        foreach (var client in all)
        {
            Assert.Equal("closing at five", (await client.TakeAsync<AdminNotice>(Stop)).Text);
            Assert.DoesNotContain(await client.AllSoFarAsync(Stop), static m => m.Type == MessageType.AdminNotice);
        }
    }

    private static async Task<Reason> RefusalAsync(CommunityClient client)
    {
        var channel = await client.CreateAsync(EchoService.Echo, new ProtocolType(1), 1);
        return (await client.TakeAsync<ChannelDestroy>(Stop, channel)).Reason;
    }

    private static int CountOf(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> text)
    {
        var count = 0;
        for (var at = bytes.IndexOf(text); at >= 0; at = bytes.IndexOf(text))
        {
            count++;
            bytes = bytes[(at + text.Length)..];
        }

        return count;
    }
}
