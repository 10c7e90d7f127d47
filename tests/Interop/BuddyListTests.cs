using Sametime.Tests.Interop.Drivers;
using Sametime.Tests.Interop.Servers;

namespace Sametime.Tests.Interop;

/// <summary>Pidgin's buddy list lives on the server: saved by one login, found by the next on a machine that knows nothing.</summary>
public sealed class BuddyListTests(Topologies topologies, ITestOutputHelper output) : InteropTest(topologies, output)
{
    [Theory]
    [MemberData(nameof(Shapes.All), MemberType = typeof(Shapes))]
    public async Task A_buddy_list_saved_by_one_login_is_loaded_by_the_next(Shape shape)
    {
        var server = await ServerAsync(shape);
        var (ann, ben, cyd) = (server.NewUser(), server.NextVisitor(), server.NextVisitor());
        await using var others = new MeanwhileDriver();
        await others.GiveBuddiesAsync(server, ann, "Work", ben);
        await others.LogInAsync(server, cyd);

        await using (var first = PurpleDriver.Start(ann))
        {
            await first.SignOnAsync(server);
            // Pidgin throws away what its user adds before the stored list has come.
            await first.ExpectAsync("buddy-added", e => e["user"] == ben.Name);
            await first.DoAsync("buddy-add", cyd.Name, "Friends");
            // His presence shows that his name was resolved.
            await first.ExpectPresenceAsync(cyd, online: true);
            await first.DoAsync("disconnect"); // saves
            await first.ExpectAsync("signed-off");
        }

        await using var second = PurpleDriver.Start(ann);
        await second.SignOnAsync(server);
        await second.ExpectAsync("buddy-added", e => e["user"] == ben.Name);
        await second.ExpectAsync("buddy-added", e => e["user"] == cyd.Name);
        Assert.Equal([$"Friends/{cyd.Name}", $"Work/{ben.Name}"], (await second.BuddiesAsync()).Order(StringComparer.Ordinal));
        await second.ExpectPresenceAsync(cyd, online: true);
    }
}
