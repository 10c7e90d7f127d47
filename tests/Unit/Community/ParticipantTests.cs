using Sametime.Contracts.Events;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Master;
using Sametime.Contracts.Wire.Session;
using Sametime.Tests.Kit.Events;
using Sametime.Tests.Unit.Community.Support;
using Xunit;

namespace Sametime.Tests.Unit.Community;

/// <summary>Who takes part in a community: members of each kind come, are listed, and leave.</summary>
public sealed class ParticipantTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task S001_All_four_kinds_are_listed_with_login_id_and_hub()
    {
        await using var community = await TestCommunity.StartAsync();
        var alice = await community.LogInAsync("alice");

        var listed = await community.Hub.AskAsync(hub => hub.Status.Participants());

        Assert.Equal(
            [ParticipantKind.Hub, ParticipantKind.Application, ParticipantKind.Edge, ParticipantKind.User], listed.Select(static p => p.Kind));
        Assert.All(listed, static p => Assert.Equal("hub-1", p.Hub));
        Assert.All(listed, static p => Assert.Equal(20, p.LoginId.Length));
        Assert.Equal(4, listed.Select(static p => p.LoginId).Distinct().Count());
        Assert.Equal(alice.LoginId, listed[3].LoginId);
    }

    [Fact]
    public async Task S002_A_connection_is_nobody_until_it_has_logged_in()
    {
        await using var community = await TestCommunity.StartAsync();
        var stranger = await community.ConnectAsync();
        await stranger.SendAsync(new Handshake());
        await stranger.TakeAsync<HandshakeAck>(Stop);
        Assert.DoesNotContain(await community.Hub.AskAsync(hub => hub.Status.Participants()), static p => p.Kind == ParticipantKind.User);

        await stranger.CreateImAsync("alice");
        Assert.NotNull(await stranger.EndAsync(Stop));
        Assert.Equal(0, await community.Hub.AskAsync(hub => hub.Status.Counters.ChannelsCreated));

        await community.LogInAsync("alice");
        Assert.Contains(await community.Hub.AskAsync(hub => hub.Status.Participants()), static p => p.UserId == "alice");
    }

    [Fact]
    public async Task S004_Three_users_with_three_programs_each_get_their_own_traffic_only()
    {
        await using var community = await TestCommunity.StartAsync();
        var programs = new List<Kit.Clients.CommunityClient>();
        foreach (var name in new[] { "alice", "bob", "carol" })
        {
            for (var i = 0; i < 3; i++)
                programs.Add(await community.LogInAsync(name));
        }

        Assert.Equal((3, 9), await community.Hub.AskAsync(hub => (hub.Status.Users, hub.Status.Logins)));

        // Each talks to the next one by its login ID.
        for (var i = 0; i < programs.Count; i++)
        {
            var (from, to) = (programs[i], programs[(i + 1) % programs.Count]);
            var (mine, theirs) = await from.ConverseAsync(to, Stop);
            await from.SayAsync(mine, $"for {to.LoginId}");
            Assert.Equal($"for {to.LoginId}", await to.HearAsync(theirs, Stop));
        }

        foreach (var program in programs)
            Assert.DoesNotContain(await program.AllSoFarAsync(Stop), static m => m.Type is MessageType.ChannelSend or MessageType.ChannelCreate);
    }

    [Fact]
    public async Task S006_S007_The_loss_of_an_Edge_and_of_an_application_is_told_with_its_reason()
    {
        await using var community = await TestCommunity.StartAsync();
        var edge = await community.AddEdgeAsync("edge-2");
        var application = await community.AddApplicationAsync("echo", new ServerApplications.EchoService());
        var ids = (await community.Hub.AskAsync(hub => hub.Status.Participants())).ToDictionary(static p => p.Name, static p => p.LoginId);

        edge.Kill();
        application.Kill();
        await community.UntilAsync(static hub => hub.Status.Participants().Count == 3, "both are gone");

        await TestCommunity.UntilAsync(() => Task.FromResult(community.Facts.Of<ParticipantLoggedOut>().Count == 2), "both are told");
        foreach (var (name, kind) in new[] { ("edge-2", ParticipantKind.Edge), ("echo", ParticipantKind.Application) })
        {
            var fact = Assert.Single(community.Facts.Of<ParticipantLoggedOut>(), fact => fact.Login.ToString() == ids[name]);
            Assert.Equal((kind, Reason.ConnectionBroken), (fact.Kind, fact.Reason));
        }
    }

    [Fact]
    public async Task S019_Each_kinds_coming_and_going_changes_the_table_and_is_told_once()
    {
        await using var community = await TestCommunity.StartAsync();
        var before = (await community.Hub.AskAsync(hub => hub.Status.Participants())).Count;
        var edge = await community.AddEdgeAsync("edge-2");
        var application = await community.AddApplicationAsync("echo", new ServerApplications.EchoService());
        var alice = await community.LogInAsync("alice");
        var came = (await community.Hub.AskAsync(hub => hub.Status.Participants())).Skip(before).ToArray();
        Assert.Equal(3, came.Length);

        await alice.LogOutAsync(Stop);
        await application.StopAsync();
        edge.Kill();
        await community.UntilAsync(hub => hub.Status.Participants().Count == before, "the table is as it was");

        await TestCommunity.UntilAsync(() => Task.FromResult(community.Facts.Of<ParticipantLoggedOut>().Count >= 3), "all are told");
        foreach (var one in came)
        {
            Assert.Equal(one.Kind, Assert.Single(community.Facts.Of<ParticipantLoggedIn>(), fact => fact.Login.ToString() == one.LoginId).Kind);
            Assert.Equal(one.Kind, Assert.Single(community.Facts.Of<ParticipantLoggedOut>(), fact => fact.Login.ToString() == one.LoginId).Kind);
        }
    }

    [Fact]
    public async Task S022_A_frame_out_of_turn_is_refused_with_a_reason_and_ends_that_connection_only()
    {
        await using var community = await TestCommunity.StartAsync();
        var alice = await community.LogInAsync("alice");
        var bob = await community.LogInAsync("bob");
        var (mine, theirs) = await alice.ConverseAsync(bob, Stop);

        var unknown = await community.ConnectAsync();
        await unknown.SendAsync(new SetUserStatus(new UserStatus(StatusCode.Active)));
        Assert.NotNull(await unknown.EndAsync(Stop));

        var again = await community.LogInAsync("carol");
        await again.SendAsync(new Handshake());
        Assert.Equal(Reason.AlreadyInitialized, await again.EndAsync(Stop));

        var garbled = await community.LogInAsync("carol");
        await garbled.SendBytesAsync(new byte[] { 0, 0, 0, 9, 0, (byte)MessageType.SetUserStatus, 0, 0, 0, 0, 0, 0, 1 });
        Assert.NotNull(await garbled.EndAsync(Stop));

        await alice.SayAsync(mine, "still here");
        Assert.Equal("still here", await bob.HearAsync(theirs, Stop));
    }

    [Fact]
    public async Task S060_A_login_has_one_master_channel_and_its_loss_ends_the_login()
    {
        await using var community = await TestCommunity.StartAsync();
        var first = await community.LogInAsync("alice");
        var second = await community.LogInAsync("alice");
        Assert.DoesNotContain(await first.AllSoFarAsync(Stop), static m => m.Type == MessageType.LoginAck);
        Assert.Equal(2, await community.Hub.AskAsync(hub => hub.Status.Logins));

        await first.SendAsync(new ChannelDestroy(Reason.Success), ChannelId.Master);
        await first.EndAsync(Stop);
        await community.UntilAsync(static hub => hub.Status.Logins == 1, "the login is over whose master channel was destroyed");

        second.Kill();
        await community.UntilAsync(static hub => hub.Status.Logins == 0, "the login is over whose connection broke");
        await TestCommunity.UntilAsync(() => Task.FromResult(community.Facts.Of<ParticipantLoggedOut>().Count == 2), "both are told");
        Assert.Equal([Reason.Success, Reason.ConnectionBroken], community.Facts.Of<ParticipantLoggedOut>().Select(static fact => fact.Reason));
    }

    [Fact]
    public async Task S094_The_login_name_is_in_no_event_and_no_listing_after_the_login()
    {
        await using var community = await TestCommunity.StartAsync();
        var alice = await community.LogInAsync("asmith");
        var bob = await community.LogInAsync("bob");
        await alice.SendAsync(new SetUserStatus(new UserStatus(StatusCode.Away, 1, "lunch")));
        var (mine, theirs) = await alice.ConverseAsync(bob, Stop);
        await alice.SayAsync(mine, "hello");
        await bob.HearAsync(theirs, Stop);
        var listed = string.Join('\n', await community.Hub.AskAsync(hub => hub.Status.Participants()))
            + string.Join('\n', await community.Edge.Server.ListConnectionsAsync());
        await alice.LogOutAsync(Stop);
        await TestCommunity.UntilAsync(() => Task.FromResult(community.Facts.Of<ParticipantLoggedOut>().Count == 1), "she is gone");

        Assert.Contains(community.Facts.All, static fact => FactText.Shows(fact, "alice"u8));
        Assert.DoesNotContain(community.Facts.All, static fact => FactText.Shows(fact, "asmith"u8));
        Assert.Contains("alice", listed, StringComparison.Ordinal);
        Assert.DoesNotContain("asmith", listed, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(bob.Waiting(), static m => System.Text.Encoding.UTF8.GetString(m.Bytes.Span).Contains("asmith", StringComparison.Ordinal));
    }

    [Fact]
    public async Task S100_Two_login_names_are_one_user_to_others()
    {
        await using var community = await TestCommunity.StartAsync();
        var first = await community.LogInAsync("alice");
        var second = await community.LogInAsync("asmith");

        Assert.Equal(("alice", "alice"), (first.UserId, second.UserId));
        Assert.Equal((1, 2), await community.Hub.AskAsync(hub => (hub.Status.Users, hub.Status.Logins)));
    }

    [Fact]
    public async Task S163_Three_connections_are_three_logins_of_one_user()
    {
        await using var community = await TestCommunity.StartAsync();
        var logins = new[] { await community.LogInAsync("alice"), await community.LogInAsync("alice"), await community.LogInAsync("alice") };

        Assert.Equal(3, logins.Select(static l => l.LoginId).Distinct().Count());
        Assert.Equal((1, 3), await community.Hub.AskAsync(hub => (hub.Status.Users, hub.Status.Logins)));
    }

    [Fact]
    public async Task Services_of_one_application_share_its_login_and_another_application_has_its_own()
    {
        await using var community = await TestCommunity.StartAsync();
        await community.AddApplicationAsync("echo", new ServerApplications.EchoService());
        var applications = (await community.Hub.AskAsync(hub => hub.Status.Participants())).Where(static p => p.Kind == ParticipantKind.Application).ToArray();
        await TestCommunity.UntilAsync(() => Task.FromResult(community.Facts.Of<ServiceUp>().Any(static up => up.Service == 0x00D0_0001)), "all is told");

        Assert.Equal(2, applications.Length);
        var providers = community.Facts.Of<ServiceUp>().GroupBy(static up => up.Provider.ToString()).ToDictionary(static g => g.Key, static g => g.Count());
        Assert.Equal(applications.Select(static p => p.LoginId).Order(), providers.Keys.Order());
        Assert.True(providers[applications[0].LoginId] > 1);
        Assert.Equal(1, providers[applications[1].LoginId]);
    }
}
