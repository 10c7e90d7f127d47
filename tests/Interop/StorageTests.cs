using Sametime.Tests.Interop.Drivers;
using Sametime.Tests.Interop.Servers;

namespace Sametime.Tests.Interop;

/// <summary>What a user stores by one login is there for the next, and his other logins hear of it (S121).</summary>
public sealed class StorageTests(Topologies topologies, ITestOutputHelper output) : InteropTest(topologies, output)
{
    /// <summary>Above what official clients keep for themselves.</summary>
    private const uint Key = 0x00020000;

    [Theory]
    [MemberData(nameof(Shapes.All), MemberType = typeof(Shapes))]
    public async Task A_value_stored_by_one_login_is_loaded_by_the_next(Shape shape)
    {
        var server = await ServerAsync(shape);
        await using var client = new MeanwhileDriver();
        var user = server.NewUser();
        var first = await client.LogInAsync(server, user);
        Assert.Equal(Reasons.Success, await first.StoreAsync(Key, "größer als nichts"));
        Assert.Equal(Reasons.Success, await first.StoreAsync(Key, "das Neue"));
        await first.LogOutAsync();

        var second = await client.LogInAsync(server, user);

        var loaded = await second.LoadAsync(Key);
        Assert.Equal(Reasons.Success, loaded.Number("result"));
        Assert.Equal("das Neue", loaded["text"]);
    }

    [Theory]
    [MemberData(nameof(Shapes.All), MemberType = typeof(Shapes))]
    public async Task A_key_never_stored_loads_as_an_empty_success(Shape shape)
    {
        var server = await ServerAsync(shape);
        await using var client = new MeanwhileDriver();
        var login = await client.LogInAsync(server, server.NewUser());

        var loaded = await login.LoadAsync(Key);

        Assert.Equal(Reasons.Success, loaded.Number("result"));
        Assert.Equal("0", loaded["length"]);
    }

    [Theory]
    [MemberData(nameof(Shapes.All), MemberType = typeof(Shapes))]
    public async Task A_value_survives_kill_9_of_the_server_once_it_was_acknowledged(Shape shape)
    {
        var server = await OwnServerAsync(shape);
        var user = server.NewUser();
        await using (var client = new MeanwhileDriver())
        {
            var login = await client.LogInAsync(server, user);
            Assert.Equal(Reasons.Success, await login.StoreAsync(Key, "keep me"));
            foreach (var process in server.Processes)
            {
                await process.KillAsync();
            }
        }

        await server.StartProcessesAsync();

        await using var again = new MeanwhileDriver();
        var later = await again.LogInAsync(server, user);
        Assert.Equal("keep me", (await later.LoadAsync(Key))["text"]);
    }

    [Theory]
    [MemberData(nameof(Shapes.All), MemberType = typeof(Shapes))]
    public async Task A_change_is_told_to_the_other_logins_of_the_user_and_to_nobody_else(Shape shape)
    {
        var server = await ServerAsync(shape);
        await using var client = new MeanwhileDriver();
        var user = server.NewUser();
        var desk = await client.LogInAsync(server, user);
        var phone = await client.LogInAsync(server, user);
        var stranger = await client.LogInAsync(server, server.NextVisitor());

        Assert.Equal(Reasons.Success, await desk.StoreAsync(Key, "new"));

        await phone.ExpectAsync("one-time");
        // The fence for the stranger and for the login that stored: an answer that the server sends later on the same connections.
        await stranger.LoadAsync(Key);
        await desk.LoadAsync(Key);
        Assert.False(stranger.HasSeen("one-time"));
        Assert.False(desk.HasSeen("one-time"));
    }
}
