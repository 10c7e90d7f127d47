using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Resolve;
using Sametime.Services.Resolve;
using Xunit;

namespace Sametime.Tests.Unit.Services.Resolve;

public sealed class ResolveQuestionTests
{
    private static readonly DirectoryMatch Bob = new("bob", "Bob Example", "", DirectoryKinds.Users);
    private static readonly DirectoryMatch Bobby = new("bobby", "Bobby Tables", "", DirectoryKinds.Users);

    [Theory]
    [InlineData("BOB", ResolveFlags.FirstOnly | ResolveFlags.Users, Reason.Success, "BOB")]
    [InlineData("BOB", ResolveFlags.Unique, Reason.Success, "BOB")]
    [InlineData("bobby tables", ResolveFlags.Unique, Reason.Success, "bobby")]
    [InlineData("bo", ResolveFlags.Unique, Reason.ResolveMultiple, "")]
    [InlineData("bob", ResolveFlags.None, Reason.Success, "bob,bobby")]
    [InlineData("bob*", ResolveFlags.None, Reason.Success, "bob,bobby")]
    public void S128_Flags_decide_which_matches_are_told_and_an_id_is_spelled_as_typed(string name, ResolveFlags flags, Reason code, string ids)
    {
        var result = new ResolveQuestion(flags).Decide(name, new DirectoryMatches([Bob, Bobby], IsPartial: false), out var isCut);

        Assert.Equal(code, result.Code);
        Assert.Equal(name, result.Name);
        Assert.Equal(ids, string.Join(',', result.Matches.Select(static match => match.Id)));
        Assert.False(isCut);
    }

    [Theory]
    [InlineData(false, Reason.NoSuchUser)]
    [InlineData(true, Reason.ResolveBadForm)]
    public void Nobody_found_is_a_result_as_well(bool isTooShort, Reason expected) => Assert.Equal(
        new ResolveResult(expected, "xy", []), new ResolveQuestion(ResolveFlags.Users).Decide("xy", new DirectoryMatches([], isTooShort), out _));

    [Fact]
    public void The_code_of_the_whole_says_whether_all_some_or_none_were_found_or_some_were_cut()
    {
        ResolveResult found = new(Reason.Success, "bob", [new ResolveMatch("bob", "Bob", "", ResolveKind.User)]);
        ResolveResult missing = new(Reason.NoSuchUser, "nobody", []);
        ResolveResult several = new(Reason.ResolveMultiple, "smith", []);

        Assert.Equal(Reason.Success, ResolveQuestion.Overall([found, found], isCut: false));
        Assert.Equal(Reason.ResolvePartial, ResolveQuestion.Overall([found], isCut: true));
        Assert.Equal(Reason.ResolvePartial, ResolveQuestion.Overall([found, missing], isCut: false));
        Assert.Equal(Reason.NoSuchUser, ResolveQuestion.Overall([missing], isCut: false));
        Assert.Equal(Reason.ResolveMultiple, ResolveQuestion.Overall([missing, several], isCut: false));
    }

    [Theory]
    [InlineData("bob", false, "bob")]
    [InlineData("bo", false, "bob")]
    [InlineData("bo", true, null)] // there may be more of them
    [InlineData("BOB", true, "BOB")]
    [InlineData("Bob Example", true, "bob")]
    public void One_match_is_unique_when_it_is_all_there_is_or_is_meant_by_its_whole_id_or_name(string name, bool isPartial, string? id)
    {
        var result = new ResolveQuestion(ResolveFlags.Unique).Decide(name, new DirectoryMatches([Bob], isPartial), out var isCut);

        Assert.Equal(id, result.Matches.Select(static match => match.Id).SingleOrDefault());
        Assert.Equal((id is null ? Reason.ResolveMultiple : Reason.Success, false), (result.Code, isCut));
    }

    [Fact]
    public void Of_two_who_have_the_same_name_none_is_unique()
    {
        var found = new DirectoryMatches([Bobby, Bob with { Name = "BOBBY tables" }], IsPartial: false);

        Assert.Equal(Reason.ResolveMultiple, new ResolveQuestion(ResolveFlags.Unique).Decide("bobby tables", found, out _).Code);
    }

    [Theory]
    [InlineData(ResolveFlags.None, true)]
    [InlineData(ResolveFlags.FirstOnly, false)]
    [InlineData(ResolveFlags.Unique, false)]
    public void What_is_left_out_was_cut_where_all_were_wanted(ResolveFlags flags, bool expected)
    {
        new ResolveQuestion(flags).Decide("bob", new DirectoryMatches([Bob, Bobby], IsPartial: true), out var isCut);

        Assert.Equal(expected, isCut);
    }

    [Fact]
    public void A_match_is_told_with_its_name_and_description_and_as_a_group_where_it_is_one()
    {
        var staff = new DirectoryMatch("staff", "The staff", "all of us", DirectoryKinds.Groups);

        var result = new ResolveQuestion(ResolveFlags.Users | ResolveFlags.Groups).Decide("x", new DirectoryMatches([Bob, staff], IsPartial: false), out _);

        Assert.Equal([new("bob", "Bob Example", "", ResolveKind.User), new ResolveMatch("staff", "The staff", "all of us", ResolveKind.Group)], result.Matches);
    }

    [Theory]
    [InlineData(" bob* ", "bob")]
    [InlineData("bob**", "bob")]
    [InlineData("b*b", "b*b")]
    [InlineData("*", "")]
    [InlineData("  ", "")]
    public void A_wildcard_at_the_end_says_nothing_new_and_alone_nothing_at_all(string name, string term)
    {
        Assert.Equal(term, ResolveQuestion.TermOf(name));
        Assert.Equal(term.Length > 0, ResolveQuestion.CanBeLookedUp(name, 256));
    }

    [Theory]
    [InlineData(ResolveFlags.None, DirectoryKinds.Users)]
    [InlineData(ResolveFlags.Groups, DirectoryKinds.Groups)]
    [InlineData(ResolveFlags.Users | ResolveFlags.Groups, DirectoryKinds.Users | DirectoryKinds.Groups)]
    public void Users_are_meant_when_nothing_is_said(ResolveFlags flags, DirectoryKinds kinds) => Assert.Equal(kinds, new ResolveQuestion(flags).Kinds);
}
