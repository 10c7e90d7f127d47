using Sametime.Tests.Interop.Drivers;
using Sametime.Tests.Interop.Servers;

namespace Sametime.Tests.Interop;

/// <summary>A privacy list hides its owner from those whom it denies: he looks offline to them and cannot be written to.</summary>
public sealed class PrivacyTests(Topologies topologies, ITestOutputHelper output) : InteropTest(topologies, output)
{
    [Theory]
    [MemberData(nameof(Shapes.All), MemberType = typeof(Shapes))]
    public async Task Denying_a_watcher_hides_the_user_and_lifting_it_shows_him_again(Shape shape)
    {
        var server = await ServerAsync(shape);
        await using var client = new MeanwhileDriver();
        var ann = await client.LogInAsync(server, server.NextVisitor());
        var ben = await client.LogInAsync(server, server.NewUser());
        await ann.WatchOnlineAsync(ben.User);

        await ben.DoAsync("privacy", "deny", ann.User.Name);
        await ann.ExpectOnlineAsync(ben.User, online: false);
        await ann.DoAsync("im-open", ben.User.Name);
        Assert.Equal(Reasons.NoSuchUser, (await ann.ExpectAsync("im-closed")).Number("reason"));

        await ben.DoAsync("privacy", "deny");
        await ann.ExpectOnlineAsync(ben.User, online: true);
        await ann.OpenConversationAsync(ben);
    }

    [Theory]
    [MemberData(nameof(Shapes.All), MemberType = typeof(Shapes))]
    public async Task A_hidden_user_leaks_no_status_to_those_he_denied(Shape shape)
    {
        var server = await ServerAsync(shape);
        await using var client = new MeanwhileDriver();
        var ann = await client.LogInAsync(server, server.NextVisitor());
        var ben = await client.LogInAsync(server, server.NewUser());
        var cyd = await client.LogInAsync(server, server.NextVisitor());
        await ann.WatchOnlineAsync(ben.User);
        await cyd.WatchOnlineAsync(ben.User);
        await ben.DoAsync("privacy", "deny", ann.User.Name);
        await ann.ExpectOnlineAsync(ben.User, online: false);

        await ben.DoAsync("status", "away", "secret lunch");
        await cyd.ExpectPresenceAsync(ben.User, e => e["text"] == "secret lunch");

        // The fence: Ann's presence of Cyd is asked for after Cyd has seen Ben's.
        await ann.WatchAsync(cyd.User);
        Assert.False(ann.HasSeen("aware", e => e["user"] == ben.User.Name && e.Is("online")));
    }

    [Theory]
    [MemberData(nameof(Shapes.All), MemberType = typeof(Shapes))]
    public async Task An_allow_list_shows_its_owner_to_the_allowed_alone_and_is_remembered(Shape shape)
    {
        var server = await ServerAsync(shape);
        await using var client = new MeanwhileDriver();
        var ann = await client.LogInAsync(server, server.NextVisitor());
        var cyd = await client.LogInAsync(server, server.NextVisitor());
        var owner = server.NewUser();
        var first = await client.LogInAsync(server, owner);
        await first.DoAsync("privacy", "allow", ann.User.Name);
        // The echo says that it is stored; who leaves before it has no promise.
        await first.ExpectAsync("privacy", e => e["mode"] == "allow");
        await cyd.WatchAsync(owner);
        await first.LogOutAsync();

        var second = await client.LogInAsync(server, owner);

        var told = await second.ExpectAsync("privacy");
        Assert.Equal("allow", told["mode"]);
        Assert.Equal(ann.User.Name, told["users"]);
        await ann.WatchOnlineAsync(owner);
        await cyd.WatchAsync(ann.User);
        Assert.False(cyd.HasSeen("aware", e => e["user"] == owner.Name && e.Is("online")));
    }
}
