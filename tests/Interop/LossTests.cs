using Sametime.Tests.Interop.Drivers;
using Sametime.Tests.Interop.Servers;

namespace Sametime.Tests.Interop;

/// <summary>
/// Parts of the server are killed: Pidgin is given a reason that it retries, and its user is back without a hand of his. The tests share
/// a community of each shape, which so loses part after part.
/// </summary>
public sealed class LossTests(Topologies topologies, ITestOutputHelper output) : InteropTest(topologies, output)
{
    /// <summary>Each shape with each process whose loss cuts clients off; the role is the one that ServerProcess carries.</summary>
    public static TheoryData<Shape, string> Losses => new()
    {
        { Shape.OneProcess, "server" },
        { Shape.ThreeProcesses, "edge" },
        { Shape.ThreeProcesses, "hub" },
        { Shape.EdgeChain, "outer edge" },
        { Shape.EdgeChain, "inner edge" },
        { Shape.EdgeChain, "hub" },
    };

    [Theory]
    [MemberData(nameof(Losses))]
    public async Task Losing_a_part_gives_pidgin_a_reason_that_it_retries_and_it_comes_back(Shape shape, string role)
    {
        var server = await ServerOfClassAsync(shape);
        var part = server.Processes.Single(p => p.Role == role);
        var (ann, ben) = (server.NextVisitor(), server.NextVisitor());
        await using var annClient = PurpleDriver.Start(ann);
        await using var benClient = PurpleDriver.Start(ben);
        await annClient.SignOnAsync(server);
        await benClient.SignOnAsync(server);

        await part.KillAsync();

        foreach (var client in (PurpleDriver[])[annClient, benClient])
        {
            var lost = await client.ExpectAsync("disconnected");
            Assert.False(lost.Is("wants_to_die"), $"Pidgin would disable the account for: {lost["text"]}");
        }

        await part.StartAsync();

        await annClient.ExpectAsync("signed-on");
        await benClient.ExpectAsync("signed-on");
        Assert.False(annClient.HasSeen("disconnected", ann.Name, e => e.Is("wants_to_die")));
        await annClient.DoAsync("im", ben.Name, "back again");
        Assert.Equal("back again", (await benClient.ExpectAsync("im-text"))["text"]);
    }

    [Theory]
    [InlineData(Shape.OneProcess)]
    [InlineData(Shape.ThreeProcesses)]
    public async Task Stopping_the_server_in_order_tells_its_clients_a_reason_that_pidgin_retries(Shape shape)
    {
        var server = await ServerOfClassAsync(shape);
        await using var client = PurpleDriver.Start(server.NextVisitor());
        await client.SignOnAsync(server);

        Assert.Equal(0, await server.Edge.TerminateAsync());

        Assert.False((await client.ExpectAsync("disconnected")).Is("wants_to_die"));
    }

    [Fact]
    public async Task Messages_flow_on_while_every_server_application_is_dead()
    {
        var server = (ThreeProcesses)await ServerOfClassAsync(Shape.ThreeProcesses);
        await using var client = new MeanwhileDriver();
        var ann = await client.LogInAsync(server, server.NextVisitor());
        var ben = await client.LogInAsync(server, server.NextVisitor());
        await ann.OpenConversationAsync(ben);

        await server.Services.KillAsync();
        await ann.ExpectAsync("service", e => e["name"] == "storage" && e["state"] == "stopped");

        await ann.SayAsync(ben, "still here");
        Assert.Equal("still here", (await ben.ExpectTextAsync(ann))["text"]);
        await ben.DoAsync("im-close", ann.User.Name);
        await ann.ExpectAsync("im-closed");
        await ann.OpenConversationAsync(ben);

        await server.Services.StartAsync();
        await ann.ExpectAsync("service", e => e["name"] == "storage" && e["state"] == "started");
        Assert.Equal(Reasons.Success, await ann.StoreAsync(0x00020000, "and storage is back"));
    }

    [Fact]
    public async Task Pidgin_sees_its_buddies_again_when_the_dead_server_applications_are_back()
    {
        var server = (ThreeProcesses)await ServerOfClassAsync(Shape.ThreeProcesses);
        var (ann, ben) = (server.NewUser(), server.NextVisitor());
        await using var client = new MeanwhileDriver();
        await client.GiveBuddiesAsync(server, ann, "Work", ben);
        await using var pidgin = PurpleDriver.Start(ann);
        await pidgin.SignOnAsync(server);
        var benLogin = await client.LogInAsync(server, ben);
        await pidgin.ExpectPresenceAsync(ben, online: true);

        await server.Services.KillAsync();
        await benLogin.ExpectAsync("service", e => e["name"] == "aware" && e["state"] == "stopped");
        // Said while nobody is there to pass it on: the hub remembers.
        await benLogin.DoAsync("status", "away", "out to lunch");
        await server.Services.StartAsync();

        await pidgin.ExpectPresenceAsync(ben, online: true, status: "away");
        await benLogin.ExpectAsync("service", e => e["name"] == "aware" && e["state"] == "started");
        await benLogin.DoAsync("status", "active", "");
        await pidgin.ExpectPresenceAsync(ben, online: true, status: "active");
        Assert.False(pidgin.HasSeen("disconnected", ann.Name));
    }
}
