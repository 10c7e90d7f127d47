using Sametime.Tests.Interop.Drivers;
using Sametime.Tests.Interop.Servers;

namespace Sametime.Tests.Interop;

/// <summary>Logging in with every auth type that libmeanwhile knows, and being refused.</summary>
public sealed class LoginTests(Topologies topologies, ITestOutputHelper output) : InteropTest(topologies, output)
{
    public static MatrixTheoryData<Shape, Auth> PasswordLogins => new(
        Enum.GetValues<Shape>(), [Auth.Rc2With128Bits, Auth.Rc2With40Bits, Auth.Plain]);

    [Theory]
    [MemberData(nameof(PasswordLogins))]
    public async Task A_password_logs_in_by_every_auth_type(Shape shape, Auth auth)
    {
        var server = await ServerAsync(shape);
        var user = server.NextVisitor();
        await using var client = new MeanwhileDriver();

        var login = await client.ConnectAsync(server, user, auth);

        Assert.Equal(WireNumber(auth), (await login.ExpectAsync("auth")).Number("type"));
        var told = await login.ExpectAsync("login");
        Assert.Equal(user.Name, told["user"]);
        Assert.Equal(user.Display, told["display"]);
        Assert.True(told["login"].Length >= 5, "libmeanwhile reads five bytes of a login ID whether they are there or not");
        Assert.Equal("", told["community"]);
    }

    [Theory]
    [MemberData(nameof(PasswordLogins))]
    public async Task A_wrong_password_is_refused_by_every_auth_type(Shape shape, Auth auth)
    {
        var server = await ServerAsync(shape);
        var user = server.NextVisitor();
        await using var client = new MeanwhileDriver();

        var login = await client.ConnectAsync(server, user, auth, password: "not it");

        var end = await login.ExpectAsync("ended");
        Assert.Equal("server", end["by"]);
        Assert.Equal(Reasons.WrongNameOrPassword, end.Number("reason"));
        Assert.False(login.HasSeen("login"));
    }

    [Theory]
    [MemberData(nameof(Shapes.All), MemberType = typeof(Shapes))]
    public async Task An_unknown_name_is_refused_with_the_reason_of_a_wrong_password(Shape shape)
    {
        var server = await ServerAsync(shape);
        await using var client = new MeanwhileDriver();

        var login = await client.ConnectAsync(server, server.NextVisitor(), typed: "nobody-here");

        Assert.Equal(Reasons.WrongNameOrPassword, (await login.ExpectAsync("ended")).Number("reason"));
    }

    [Theory]
    [MemberData(nameof(Shapes.All), MemberType = typeof(Shapes))]
    public async Task A_token_that_nobody_issued_is_refused_as_a_bad_token(Shape shape)
    {
        var server = await ServerAsync(shape);
        await using var client = new MeanwhileDriver();

        var login = await client.ConnectAsync(server, server.NextVisitor(), Auth.Token, password: "made up");

        Assert.Equal(1u, (await login.ExpectAsync("auth")).Number("type"));
        Assert.Equal(Reasons.TokenInvalid, (await login.ExpectAsync("ended")).Number("reason"));
    }

    [Theory]
    [MemberData(nameof(Shapes.All), MemberType = typeof(Shapes))]
    public async Task A_token_logs_in_the_same_user_as_his_password_once(Shape shape)
    {
        var server = await ServerAsync(shape);
        var user = server.NextVisitor();
        var token = (await server.CommandAsync("", "token", "issue", user.Name, "--one-time")).Trim();
        await using var client = new MeanwhileDriver();

        var login = await client.ConnectAsync(server, user, Auth.Token, password: token);
        Assert.Equal(1u, (await login.ExpectAsync("auth")).Number("type"));
        Assert.Equal(user.Name, (await login.ExpectAsync("login"))["user"]);

        var again = await client.ConnectAsync(server, user, Auth.Token, password: token);
        Assert.Equal(Reasons.TokenInvalid, (await again.ExpectAsync("ended")).Number("reason"));
        Assert.DoesNotContain(token, server.Logs(), StringComparison.Ordinal);
        await login.LogOutAsync();
    }

    [Theory]
    [MemberData(nameof(Shapes.All), MemberType = typeof(Shapes))]
    public async Task Login_names_are_told_apart_from_user_ids_by_the_server(Shape shape)
    {
        var server = await ServerAsync(shape);
        var user = server.NextVisitor();
        await using var client = new MeanwhileDriver();

        var login = await client.ConnectAsync(server, user, typed: user.Name.ToUpperInvariant());

        Assert.Equal(user.Name, (await login.ExpectAsync("login"))["user"]);
    }

    [Theory]
    [MemberData(nameof(Shapes.All), MemberType = typeof(Shapes))]
    public async Task Pidgin_signs_on_and_asks_for_the_password_anew_when_it_was_wrong(Shape shape)
    {
        var server = await ServerAsync(shape);
        var user = server.NextVisitor();
        await using var client = PurpleDriver.Start(user);

        await client.ConnectAsync(server, password: "not it");
        Assert.True((await client.ExpectAsync("disconnected")).Is("wants_to_die"));
        await client.ExpectAsync("signed-off");
        await client.SignOnAsync(server);
    }

    private static uint WireNumber(Auth auth) => auth switch
    {
        Auth.Plain => 0,
        Auth.Rc2With40Bits => 2,
        _ => 4,
    };
}
