using Sametime.Tests.Interop.Drivers;
using Sametime.Tests.Interop.Servers;

namespace Sametime.Tests.Interop;

/// <summary>Names are turned into user IDs: exact, partial, ambiguous, none (S031).</summary>
public sealed class ResolveTests(Topologies topologies, ITestOutputHelper output) : InteropTest(topologies, output)
{
    [Theory]
    [MemberData(nameof(Shapes.All), MemberType = typeof(Shapes))]
    public async Task An_exact_id_resolves_to_itself_as_the_only_match(Shape shape)
    {
        var (login, other) = await LogInAsync(shape);
        await using var _ = login.Driver;

        var found = Assert.Single(await login.ResolveAsync(ResolveFlags.Users, other.Name));

        Assert.Equal(Reasons.Success, found.Number("code"));
        Assert.Equal($"{other.Name}|{other.Display}|1", found["matches"]);
    }

    [Theory]
    [MemberData(nameof(Shapes.All), MemberType = typeof(Shapes))]
    public async Task The_beginning_of_a_display_name_resolves(Shape shape)
    {
        var (login, other) = await LogInAsync(shape);
        await using var _ = login.Driver;

        var found = Assert.Single(await login.ResolveAsync(ResolveFlags.Users, other.Display.Split(' ')[0]));

        Assert.Equal(Reasons.Success, found.Number("code"));
        Assert.Equal($"{other.Name}|{other.Display}|1", found["matches"]);
    }

    [Theory]
    [MemberData(nameof(Shapes.All), MemberType = typeof(Shapes))]
    public async Task An_ambiguous_name_gives_all_matches_or_none_if_one_was_asked_for(Shape shape)
    {
        var (login, _) = await LogInAsync(shape);
        await using var _1 = login.Driver;

        var all = Assert.Single(await login.ResolveAsync(ResolveFlags.Users, TestUser.Visitor));
        Assert.Equal(UserDirectory.VisitorsMax, all["matches"].Split('\n').Length);

        var unique = Assert.Single(await login.ResolveAsync(ResolveFlags.Users | ResolveFlags.Unique, TestUser.Visitor));
        Assert.Equal(0x80020000u, unique.Number("code"));
        Assert.Equal("", unique["matches"]);
    }

    [Theory]
    [MemberData(nameof(Shapes.All), MemberType = typeof(Shapes))]
    public async Task Each_name_asked_has_its_answer_in_the_order_asked(Shape shape)
    {
        var (login, other) = await LogInAsync(shape);
        await using var _ = login.Driver;

        var found = await login.ResolveAsync(ResolveFlags.Users, "nobody-at-all", other.Name);

        Assert.Equal(["nobody-at-all", other.Name], found.Select(f => f["name"]));
        Assert.NotEqual(Reasons.Success, found[0].Number("code"));
        Assert.Equal("", found[0]["matches"]);
        Assert.Equal(Reasons.Success, found[1].Number("code"));
        Assert.Equal(0x00010000u, found[1].Number("overall"));
    }

    private async Task<(MeanwhileLogin Login, TestUser Other)> LogInAsync(Shape shape)
    {
        var server = await ServerAsync(shape);
        return (await new MeanwhileDriver().LogInAsync(server, server.NextVisitor()), server.NextVisitor());
    }
}
