using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Applications.Awareness;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;
using Sametime.Tests.Kit.Services;
using Sametime.Tests.Unit.Services.BuddyList.OtherHubs;
using Xunit;

namespace Sametime.Tests.Unit.Services.BuddyList;

/// <summary>What is told at once stays far below the size of a frame, whatever in it is long.</summary>
public sealed class SnapshotSizeTests
{
    private static readonly string Long = new('x', 500);

    private readonly OneBuddyList _it = OneBuddyList.Start(static options => (options.SnapshotBytesMax, options.IdCharsMax) = (1_000, 1_000));

    [Theory]
    [InlineData("nothing", "3")]
    [InlineData("user id", "1 1 1")]
    [InlineData("community", "1 1 1")]
    [InlineData("display name", "1 1 1")]
    [InlineData("status text", "1 1 1")]
    public void A_snapshot_is_cut_by_each_text_of_a_user(string isLong, string cut)
    {
        var second = isLong switch
        {
            "user id" => AwareId.OfUser(Long),
            "community" => new AwareId(AwareKind.User, "u1", Long),
            _ => AwareId.OfUser("u1"),
        };
        LogIn(isLong);
        var alice = _it.Watch("alice");
        _it.Hub.Send(alice, new PresenceAdd([AwareId.OfUser("u0"), second, AwareId.OfUser("u2")]));

        Assert.Equal(cut, string.Join(' ', _it.Hub.Payloads<PresenceSnapshot>(alice).Select(static snapshot => snapshot.Blocks.Count)));
    }

    [Fact]
    public void The_name_of_a_group_counts_for_each_of_its_members()
    {
        _it.Groups[Long] = [new UserId("u0"), new UserId("u1"), new UserId("u2")];
        var alice = _it.Watch("alice");
        _it.Hub.Send(alice, new PresenceAdd([AwareId.OfPublicGroup(Long)]));

        Assert.Equal([1, 1, 1], _it.Hub.Payloads<PresenceSnapshot>(alice).Select(static snapshot => snapshot.Blocks.Count));
    }

    [Theory]
    [InlineData("nothing", "3")]
    [InlineData("user id", "1 1 1")]
    [InlineData("display name", "1 1 1")]
    [InlineData("status text", "1 1 1")]
    [InlineData("attribute", "1 1 1")]
    [InlineData("privacy list", "1 1 1")]
    public void What_another_hub_is_told_is_cut_by_all_that_is_told_of_a_user(string isLong, string cut)
    {
        LogIn(isLong);
        if (isLong == "attribute")
            _it.Hub.Send(_it.Watch("u1", 1), new AttributeSet(1, new Opaque(new byte[1_500])));
        var peer = _it.Subscriber("u0", isLong == "user id" ? Long : "u1", "u2");

        Assert.Equal(cut, string.Join(' ', _it.Hub.Payloads<PresenceParts>(peer).Select(static frame => frame.Parts.Count)));
    }

    private void LogIn(string isLong) => _it.Hub.Raise(new LoggedIn(
        Logins.Of("u1") with { DisplayName = isLong == "display name" ? Long : "One" },
        ParticipantKind.User,
        new UserStatus(StatusCode.Active, Description: isLong == "status text" ? Long : ""),
        isLong == "privacy list" ? new PrivacyInfo(Deny: true, [new UserItem(new UserId(Long))]) : PrivacyInfo.Everybody));
}
