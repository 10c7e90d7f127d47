using Sametime.Contracts.Wire;
using Sametime.Services.BuddyList;
using Xunit;

namespace Sametime.Tests.Unit.Services.BuddyList;

/// <summary>What a privacy list says to watchers, who are all of our own community.</summary>
public sealed class PrivacyRuleTests
{
    private static readonly UserItem Alice = new(new UserId("alice"));
    private static readonly UserItem AliceElsewhere = new(new UserId("alice"), Community: "elsewhere");
    private static readonly UserItem Bob = new(new UserId("bob"));

    public static TheoryData<bool, string, bool, bool> Lists => new()
    {
        { true, "", true, true },
        { false, "", false, false },
        { true, "alice", false, true },
        { false, "alice", true, false },
        { true, "alice bob", false, false },

        // Somebody of another community is not the user of ours with the same id, whatever the list is for.
        { true, "alice@elsewhere", true, true },
        { false, "alice@elsewhere", false, false },
        { true, "alice@elsewhere bob", true, false },
        { false, "alice@elsewhere bob", false, true },
        { true, "alice@elsewhere alice", false, true },
    };

    [Theory]
    [MemberData(nameof(Lists))]
    public void A_list_shows_or_hides_from_those_of_our_community_whom_it_names(bool deny, string listed, bool allowsAlice, bool allowsBob)
    {
        var rule = PrivacyRule.Of(ListOf(deny, listed));

        Assert.Equal((allowsAlice, allowsBob), (rule.Allows("alice"), rule.Allows("bob")));
        Assert.Equal((allowsAlice, allowsBob), (rule.Allows("ALICE"), rule.Allows("BOB")));
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public void What_another_hub_is_told_of_a_list_means_the_same(bool deny, string listed, bool allowsAlice, bool allowsBob)
    {
        var told = PrivacyRule.Of(ListOf(deny, listed)).ToInfo();

        Assert.All(told.Users, static user => Assert.Empty(user.Community));
        Assert.Equal((allowsAlice, allowsBob), (PrivacyRule.Of(told).Allows("alice"), PrivacyRule.Of(told).Allows("bob")));
    }

    private static PrivacyInfo ListOf(bool deny, string listed) =>
        new(deny, listed.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static name => name switch
    {
        "alice" => Alice,
        "bob" => Bob,
        _ => AliceElsewhere,
    }).ToItems());
}
