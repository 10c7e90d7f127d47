using Sametime.Contracts.Link.Applications.Awareness;
using Sametime.Contracts.Wire;
using Sametime.Services.BuddyList;
using Xunit;

namespace Sametime.Tests.Unit.Services.BuddyList;

/// <summary>How several logins make one presence where moments alone do not decide.</summary>
public sealed class PresenceTests
{
    private static readonly Moment Same = new(9);

    [Theory]
    [InlineData("a b c")]
    [InlineData("c b a")]
    [InlineData("b c a")]
    public void What_hubs_have_said_at_the_very_same_moment_looks_the_same_at_each_whichever_it_heard_first(string order)
    {
        var user = new Presence("bob");
        foreach (var login in order.Split(' '))
            Take(user, login);

        user.TakeFace();
        user.TakeAttributes();
        Assert.Equal("c", user.Told.LoginId);
        Assert.Equal([(1u, [(byte)'c'])], user.ToldAttributes);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("c")]
    public void So_does_what_this_hub_and_another_have_said(string here)
    {
        var user = new Presence("bob");
        var login = user.AddLogin(here);
        (login.Status, login.SpokeAt) = (new UserStatus(StatusCode.Active), Same);
        login.Attributes = new() { [1] = ([(byte)here[0]], Same) };
        Take(user, "b");

        user.TakeFace();
        user.TakeAttributes();
        var last = here == "c" ? here : "b";
        Assert.Equal(last, user.Told.LoginId);
        Assert.Equal([(1u, [(byte)last[0]])], user.ToldAttributes);
    }

    [Fact]
    public void A_login_that_says_it_is_offline_has_no_say_and_neither_have_its_attributes()
    {
        var user = new Presence("bob");
        var (first, last) = (user.AddLogin("a"), user.AddLogin("b"));
        (first.Status, first.SpokeAt) = (new UserStatus(StatusCode.Away), new Moment(1));
        (last.Status, last.SpokeAt) = (new UserStatus(StatusCode.Offline), new Moment(2));
        last.Attributes = new() { [1] = ([1], new Moment(2)) };

        user.TakeFace();
        user.TakeAttributes();
        Assert.Equal(("a", StatusCode.Away), (user.Told.LoginId, user.Told.Status.Status));
        Assert.Empty(user.ToldAttributes);
        Assert.Equal("a", user.LocalFace().LoginId);
        Assert.Empty(user.LocalAttributes(9));
    }

    private static void Take(Presence user, string login) => user.AddPart(new LoginId((ushort)login[0], 1, 1)).Take(new PresencePart(
        "bob", new PresenceFace(login, "Bob", new UserStatus(StatusCode.Active), Same), [new PresenceAttribute(1, Same, [(byte)login[0]])],
        PrivacyInfo.Everybody));
}
