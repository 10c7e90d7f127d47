using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;
using Sametime.Tests.Unit.Services.BuddyList.OtherHubs;
using Xunit;

namespace Sametime.Tests.Unit.Services.BuddyList;

/// <summary>Public groups that the directory does not know, or says nothing of.</summary>
public sealed class PublicGroupTests
{
    private readonly OneBuddyList _it = OneBuddyList.Start();

    public PublicGroupTests()
    {
        _it.Groups["staff"] = [new UserId("bob")];
        _it.LogIn("bob", 5);
    }

    [Theory]
    [InlineData("staff", "", 1)]
    [InlineData("nothing", "", 0)]
    [InlineData("staff", "elsewhere", 0)] // that it has the name of one of ours says nothing of who is in it
    public void A_group_that_is_none_of_ours_is_a_heading_without_members(string group, string community, int members)
    {
        var id = new AwareId(AwareKind.PublicGroup, group, community);
        var alice = _it.Watch("alice");
        _it.Hub.Send(alice, new PresenceAdd([id]));

        Assert.Equal(id, Assert.Single(_it.Hub.Payloads<PresenceGroup>(alice)).Group);
        Assert.Equal(members, Assert.Single(_it.Hub.Payloads<PresenceSnapshot>(alice)).Blocks.Count);
    }

    [Fact]
    public void While_the_directory_does_not_answer_a_group_is_not_shown_and_everybody_else_is()
    {
        _it.GroupFailure = new StoreUnavailableException("away");
        var alice = _it.Watch("alice");
        var request = new PresenceAdd([AwareId.OfPublicGroup("staff"), AwareId.OfUser("bob")]);
        _it.Hub.Send(alice, request);

        Assert.Empty(_it.Hub.Payloads<PresenceGroup>(alice));
        Assert.Equal("bob", Assert.Single(Assert.Single(_it.Hub.Payloads<PresenceSnapshot>(alice)).Blocks).Id.Id);
        Assert.Null(_it.Hub.DestroyedWith(alice));

        _it.GroupFailure = null;
        _it.Hub.Send(alice, request);
        Assert.Single(_it.Hub.Payloads<PresenceGroup>(alice));
    }
}
