using Sametime.Tests.Interop.Drivers;
using Sametime.Tests.Interop.Servers;

namespace Sametime.Tests.Interop;

/// <summary>What the other tests rely on in the shape of two hubs (S067).</summary>
public sealed class TwoHubsTests(Topologies topologies, ITestOutputHelper output) : InteropTest(topologies, output)
{
    [Fact]
    public async Task The_users_of_a_test_are_at_different_hubs_and_stay_there()
    {
        var server = (TwoHubs)await ServerAsync(Shape.TwoHubs);
        await using var client = new MeanwhileDriver();
        var (ann, ben) = (server.NextVisitor(), server.NextVisitor());
        var annLogin = await client.LogInAsync(server, ann);
        var benLogin = await client.LogInAsync(server, ben);
        await annLogin.WatchOnlineAsync(ben);
        await benLogin.WatchOnlineAsync(ann);

        var hubs = await server.UsersOfHubsAsync();
        Assert.Single(hubs, users => users.Contains(ann.Name) && !users.Contains(ben.Name));
        Assert.Single(hubs, users => users.Contains(ben.Name) && !users.Contains(ann.Name));
    }
}
