using Sametime.Tests.Interop.Drivers;
using Sametime.Tests.Interop.Servers;

namespace Sametime.Tests.Interop;

/// <summary>What an administrator changes by the program's commands while the server runs, and who comes without an account.</summary>
public sealed class AccountTests(Topologies topologies, ITestOutputHelper output) : InteropTest(topologies, output)
{
    [Theory]
    [MemberData(nameof(Shapes.All), MemberType = typeof(Shapes))]
    public async Task Removing_a_user_ends_all_his_logins_and_tells_his_watchers(Shape shape)
    {
        var server = await ServerAsync(shape);
        await using var client = new MeanwhileDriver();
        var user = server.NewUser();
        var ann = await client.LogInAsync(server, server.NextVisitor());
        var desk = await client.LogInAsync(server, user);
        var phone = await client.LogInAsync(server, user);
        await ann.WatchOnlineAsync(user);

        await server.CommandAsync("", "user", "remove", user.Name);

        Assert.Equal(Reasons.Removed, (await desk.ExpectAsync("ended")).Number("reason"));
        Assert.Equal(Reasons.Removed, (await phone.ExpectAsync("ended")).Number("reason"));
        await ann.ExpectOnlineAsync(user, online: false);
        var again = await client.ConnectAsync(server, user);
        Assert.Equal(Reasons.WrongNameOrPassword, (await again.ExpectAsync("ended")).Number("reason"));
    }

    [Theory]
    [MemberData(nameof(Shapes.All), MemberType = typeof(Shapes))]
    public async Task A_changed_password_is_the_only_one_that_logs_in_and_ends_nothing(Shape shape)
    {
        var server = await ServerAsync(shape);
        await using var client = new MeanwhileDriver();
        var (user, leaver) = (server.NewUser(), server.NewUser());
        var before = await client.LogInAsync(server, user);
        var fence = await client.LogInAsync(server, leaver);

        await server.CommandAsync("etwas Neues", "user", "passwd", user.Name, "--password-stdin");
        // The server reads changes in their order: once it has seen the later one, it has seen the password.
        await server.CommandAsync("", "user", "remove", leaver.Name);
        await fence.ExpectAsync("ended");

        var old = await client.ConnectAsync(server, user);
        Assert.Equal(Reasons.WrongNameOrPassword, (await old.ExpectAsync("ended")).Number("reason"));
        var after = await client.LogInAsync(server, user, password: "etwas Neues");
        Assert.False(before.HasSeen("ended"));
        await after.WatchOnlineAsync(user);
    }

    [Theory]
    [MemberData(nameof(Shapes.All), MemberType = typeof(Shapes))]
    public async Task A_guest_comes_without_a_name_and_talks_under_one_of_his_own(Shape shape)
    {
        var server = await ServerAsync(shape);
        await using var client = new MeanwhileDriver();
        var ann = await client.LogInAsync(server, server.NextVisitor());

        var guest = await client.ConnectAsync(server, server.NextVisitor(), typed: "", password: "");

        var told = await guest.ExpectAsync("login");
        Assert.Equal("Guest", told["display"]);
        Assert.NotEqual("", told["user"]);
        await guest.DoAsync("im-open", ann.User.Name);
        Assert.Equal(told["user"], (await ann.ExpectAsync("im-open"))["peer"]);
        await guest.ExpectAsync("im-open");
        await guest.SayAsync(ann, "may I come in?");
        Assert.Equal("may I come in?", (await ann.ExpectAsync("im-text", e => e["peer"] == told["user"]))["text"]);
    }

    [Theory]
    [MemberData(nameof(Shapes.All), MemberType = typeof(Shapes))]
    public async Task Watching_a_public_group_shows_its_members_under_its_heading(Shape shape)
    {
        var server = await ServerAsync(shape);
        await using var client = new MeanwhileDriver();
        var members = UserDirectory.GroupMembers.ToList();
        var ann = await client.LogInAsync(server, server.NewUser());
        var ben = await client.LogInAsync(server, members[0]);

        await ann.DoAsync("watch-group", UserDirectory.Group);

        foreach (var member in members)
        {
            var seen = await ann.ExpectAsync("aware", e => e["user"] == member.Name && e["group"] == UserDirectory.Group);
            if (shape == Shape.TwoHubs && member == ben.User && !seen.Is("online"))
            {
                await ann.ExpectOnlineAsync(member, online: true); // his hub answers later
                continue;
            }

            Assert.Equal(member == ben.User, seen.Is("online"));
        }

        await ben.DoAsync("status", "away", "in the group");
        await ann.ExpectPresenceAsync(ben.User, e => e["text"] == "in the group");
    }

    [Theory]
    [MemberData(nameof(Shapes.All), MemberType = typeof(Shapes))]
    public async Task An_announcement_reaches_each_login_of_those_it_names_and_nobody_else(Shape shape)
    {
        var server = await ServerAsync(shape);
        await using var client = new MeanwhileDriver();
        var ann = await client.LogInAsync(server, server.NextVisitor());
        var ben = await client.LogInAsync(server, server.NextVisitor());
        var benToo = await client.LogInAsync(server, ben.User);
        var cyd = await client.LogInAsync(server, server.NextVisitor());
        var stranger = await client.LogInAsync(server, server.NextVisitor());

        await ann.DoAsync("announce", "Kaffee ist fertig", $"@U {ben.User.Name}", $"@U {cyd.User.Name}");

        foreach (var login in (MeanwhileLogin[])[ben, benToo, cyd])
        {
            var heard = await login.ExpectAsync("announce");
            Assert.Equal((ann.User.Name, "Kaffee ist fertig"), (heard["from"], heard["text"]));
        }

        // The fence: what reaches the stranger later on the same way.
        await ann.OpenConversationAsync(stranger);
        Assert.False(stranger.HasSeen("announce"));
    }
}
