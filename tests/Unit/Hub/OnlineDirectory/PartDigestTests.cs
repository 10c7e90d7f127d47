using Sametime.Contracts.Link.Hubs;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Hub.OnlineDirectory;
using Xunit;

namespace Sametime.Tests.Unit.Hub.OnlineDirectory;

/// <summary>The digest is the same in every process and every version: hubs of two versions compare theirs.</summary>
public sealed class PartDigestTests
{
    private static readonly DirectoryLogin Login = new(7, ParticipantKind.User, 1_234_567_890_123, new UserId("alice"));

    [Fact]
    public void It_never_changes() => Assert.Equal(
        [0x8bee_05ff_91d0_6783, 0xd02e_f2c9_e6b2_3469, 0x4076_eda7_af0b_58ed],
        new[] { PartDigest.Of(Login), PartDigest.Of("hall"), PartDigest.OfPart(3, 9, 0x1122_3344_5566_7788) });

    [Fact]
    public void Whatever_differs_makes_another_one()
    {
        ulong[] all =
        [
            PartDigest.Of(Login), PartDigest.Of(Login with { Sequence = 8 }), PartDigest.Of(Login with { Kind = ParticipantKind.Guest }),
            PartDigest.Of(Login with { Since = 1 }), PartDigest.Of(Login with { User = new UserId("bob") }), PartDigest.Of("alice"),
            PartDigest.OfPart(3, 9, 1), PartDigest.OfPart(4, 9, 1), PartDigest.OfPart(3, 10, 1), PartDigest.OfPart(3, 9, 2),
        ];
        Assert.Distinct(all);
    }

    [Fact]
    public void What_comes_and_goes_leaves_nothing_in_whatever_order()
    {
        var (login, place) = (PartDigest.Of(DirectoryChange.Came(Login)), PartDigest.Of(DirectoryChange.Opened("hall")));
        Assert.Equal((PartDigest.Of(Login), PartDigest.Of("hall")), (login, place));
        Assert.Equal(0ul, login + PartDigest.Of(DirectoryChange.Gone(Login)));
        Assert.Equal(0ul, place + PartDigest.Of(DirectoryChange.Closed("hall")));
    }
}
