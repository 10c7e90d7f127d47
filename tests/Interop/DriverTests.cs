using Sametime.Tests.Interop.Drivers;

namespace Sametime.Tests.Interop;

/// <summary>The drivers themselves, without a server: a test tool that hangs or dies on a mistake proves nothing.</summary>
public sealed class DriverTests
{
    [Fact]
    public async Task An_unknown_command_is_answered_and_the_next_one_is_heard()
    {
        await using var client = new MeanwhileDriver();

        await client.SendAsync("dance", "ann");
        await client.ExpectAsync("error", "ann", e => e["text"].Contains("dance", StringComparison.Ordinal));
        await client.SendAsync("logout", "nobody");
        await client.ExpectAsync("error", "nobody");
        await client.SendAsync("connect", "ann");
        await client.ExpectAsync("error", "ann");
    }

    [Fact]
    public async Task A_port_where_nobody_listens_ends_the_login_by_the_network()
    {
        await using var client = new MeanwhileDriver();

        await client.SendAsync("connect", "ann", "127.0.0.1", "1", "ann", "secret");

        Assert.Equal("network", (await client.ExpectAsync("ended", "ann"))["by"]);
    }

    [Fact]
    public async Task Pidgin_tries_again_where_nobody_listens()
    {
        await using var client = PurpleDriver.Start(new Servers.TestUser(1));

        await client.SendAsync("connect", client.User.Name, "127.0.0.1", "1", client.User.Name, "secret");

        Assert.False((await client.ExpectAsync("disconnected")).Is("wants_to_die"));
        await client.ExpectAsync("reconnecting");
        await client.ExpectAsync("disconnected");
    }
}
