using Sametime.Tests.Interop.Drivers;
using Sametime.Tests.Interop.Servers;

namespace Sametime.Tests.Interop;

/// <summary>Two users see each other come, go away, come back and leave (S101 to S103).</summary>
public sealed class PresenceTests(Topologies topologies, ITestOutputHelper output) : InteropTest(topologies, output)
{
    [Theory]
    [MemberData(nameof(Shapes.All), MemberType = typeof(Shapes))]
    public async Task Two_users_see_each_other_come_go_away_come_back_and_leave(Shape shape)
    {
        var server = await ServerAsync(shape);
        await using var client = new MeanwhileDriver();
        var (ann, ben) = (server.NextVisitor(), server.NextVisitor());
        var annLogin = await client.LogInAsync(server, ann);

        Assert.False((await annLogin.WatchAsync(ben)).Is("online"));

        var benLogin = await client.LogInAsync(server, ben);
        Assert.True((await annLogin.ExpectOnlineAsync(ben, online: true)).Is("online"));
        // At one hub the very first state told is the true one.
        var seen = shape == Shape.TwoHubs ? await benLogin.WatchOnlineAsync(ann) : await benLogin.WatchAsync(ann);
        Assert.True(seen.Is("online"));
        Assert.Equal(ann.Display, seen["display"]);

        await benLogin.DoAsync("status", "away", "zu Tisch, späte Rückkehr");
        var away = await annLogin.ExpectPresenceAsync(ben, e => e.Number("status") == StatusCodes.Away);
        Assert.Equal("zu Tisch, späte Rückkehr", away["text"]);

        await benLogin.DoAsync("status", "active", "");
        await annLogin.ExpectPresenceAsync(ben, e => e.Number("status") == StatusCodes.Active);

        await benLogin.DoAsync("status", "dnd", "busy");
        await annLogin.ExpectPresenceAsync(ben, e => e.Number("status") == StatusCodes.DoNotDisturb);

        await benLogin.LogOutAsync();
        await annLogin.ExpectOnlineAsync(ben, online: false);
    }

    [Theory]
    [MemberData(nameof(Shapes.All), MemberType = typeof(Shapes))]
    public async Task Killing_one_client_tells_its_watchers(Shape shape)
    {
        var server = await ServerAsync(shape);
        await using var client = new MeanwhileDriver();
        await using var victim = new MeanwhileDriver();
        var (ann, ben) = (server.NextVisitor(), server.NextVisitor());
        var annLogin = await client.LogInAsync(server, ann);
        await victim.LogInAsync(server, ben);
        await annLogin.WatchOnlineAsync(ben);

        await victim.KillAsync();

        await annLogin.ExpectOnlineAsync(ben, online: false);
    }

    [Theory]
    [MemberData(nameof(Shapes.All), MemberType = typeof(Shapes))]
    public async Task A_user_with_two_logins_is_there_until_the_last_one_leaves(Shape shape)
    {
        var server = await ServerAsync(shape);
        await using var client = new MeanwhileDriver();
        var (ann, ben) = (server.NextVisitor(), server.NextVisitor());
        var annLogin = await client.LogInAsync(server, ann);
        var desk = await client.LogInAsync(server, ben);
        var phone = await client.LogInAsync(server, ben);
        await annLogin.WatchOnlineAsync(ben);

        await desk.LogOutAsync();
        // The fence: a status of the remaining login arrives, and nothing before it said offline.
        await phone.DoAsync("status", "away", "still here");
        await annLogin.ExpectPresenceAsync(ben, e => e["text"] == "still here");
        Assert.False(annLogin.HasSeen("aware", e => e["user"] == ben.Name && !e.Is("online")));

        await phone.LogOutAsync();
        await annLogin.ExpectOnlineAsync(ben, online: false);
    }

    [Theory]
    [MemberData(nameof(Shapes.All), MemberType = typeof(Shapes))]
    public async Task An_attribute_is_told_to_those_who_watch_its_key(Shape shape)
    {
        const string Key = "0x1234";
        var server = await ServerAsync(shape);
        await using var client = new MeanwhileDriver();
        var (ann, ben) = (server.NextVisitor(), server.NextVisitor());
        var annLogin = await client.LogInAsync(server, ann);
        var benLogin = await client.LogInAsync(server, ben);
        await annLogin.DoAsync("attribute-watch", Key);
        await annLogin.WatchOnlineAsync(ben);

        await benLogin.DoAsync("attribute-set", Key, "room 12");

        var told = await annLogin.ExpectAsync("attribute", e => e["user"] == ben.Name && e.Number("key") == 0x1234);
        Assert.Equal("room 12", told["text"]);
    }

    [Theory]
    [MemberData(nameof(Shapes.All), MemberType = typeof(Shapes))]
    public async Task Pidgin_users_see_each_other_come_go_away_and_leave(Shape shape)
    {
        var server = await ServerAsync(shape);
        var (ann, ben) = (server.NewUser(), server.NextVisitor());
        await using var client = new MeanwhileDriver();
        await client.GiveBuddiesAsync(server, ann, "Work", ben);
        await using var annClient = PurpleDriver.Start(ann);
        await using var benClient = PurpleDriver.Start(ben);
        await annClient.SignOnAsync(server);
        await annClient.ExpectAsync("buddy-added", e => e["user"] == ben.Name);

        await benClient.SignOnAsync(server);
        await annClient.ExpectPresenceAsync(ben, online: true);

        await benClient.DoAsync("status", "away", "lunch");
        var away = await annClient.ExpectPresenceAsync(ben, online: true, status: "away");
        Assert.Equal("lunch", away["text"]);

        await benClient.DoAsync("status", "active");
        await annClient.ExpectPresenceAsync(ben, online: true, status: "active");

        await benClient.DoAsync("disconnect");
        await annClient.ExpectPresenceAsync(ben, online: false);
    }
}
