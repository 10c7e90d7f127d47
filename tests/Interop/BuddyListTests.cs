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
        await others.LogInAsync(server, ben);

        await using (var first = PurpleDriver.Start(ann))
        {
            await first.SignOnAsync(server);
            await first.DoAsync("buddy-add", ben.Name, "Work");
            await first.DoAsync("buddy-add", cyd.Name, "Old Friends");
            // Its name is resolved before a buddy counts; his presence shows that it was.
            await first.ExpectPresenceAsync(ben, online: true);
            await first.DoAsync("disconnect"); // saves
            await first.ExpectAsync("signed-off");
        }

        await using var second = PurpleDriver.Start(ann);
        await second.SignOnAsync(server);
        await second.ExpectAsync("buddy-added", e => e["user"] == ben.Name);
        await second.ExpectAsync("buddy-added", e => e["user"] == cyd.Name);
        Assert.Equal([$"Old Friends/{cyd.Name}", $"Work/{ben.Name}"], (await second.BuddiesAsync()).Order(StringComparer.Ordinal));
        await second.ExpectPresenceAsync(ben, online: true);
    }
}
