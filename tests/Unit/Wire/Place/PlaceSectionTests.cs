using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Place;
using Sametime.Tests.Kit.Wire;
using Xunit;

namespace Sametime.Tests.Unit.Wire.Place;

/// <summary>Which kind of section message the golden bytes are, and what is in it.</summary>
public sealed class PlaceSectionTests
{
    private static readonly PlaceMember Bob = new(
        Id: 2, MemberType: 0, new UserId("bob"), Community: "", "7F00000100000002", "Bob Example", ClientType.Meanwhile);

    public static TheoryData<string, PlaceSectionRequest> Requests => new()
    {
        { "Who is here?", new PlaceListRequest(SectionId: 1, RequestId: 1) },
        { "Leave (composed)", new PlaceLeave(Unknown: []) },
        { "A subtype that nobody knows (composed)", new PlaceUnknownRequest(9, [0xbe, 0xef]) },
    };

    public static TheoryData<string, PlaceSectionNotice> Notices => new()
    {
        {
            "Who is here",
            new PlaceMembers(
                RequestId: 1,
                SectionId: 1,
                [new PlaceMember(1, MemberType: 0, new UserId("alice"), "", "7F00000100000001", "Alice Example", ClientType.Meanwhile)])
        },
        { "bob came (composed)", new PlacePeerCame(SectionId: 1, Bob) },
        { "The second member left the section (composed)", new PlacePeerLeft(SectionId: 1, MemberId: 2) },
        { "The second member no longer types (composed)", new PlacePeerAttributeCleared(MemberId: 2, PlaceAttributeKeys.Typing) },
        { "The second member types (composed)", new PlacePeerAttributeSet(MemberId: 2, PlaceAttributeKeys.Typing, [0, 0, 0, 1]) },
        { "Something unknown happened to a peer (composed)", new PlacePeerUnknown(2, [0xbe, 0xef]) },
        { "The second member left (composed)", new PlaceLeft(MemberId: 2) },
        { "A subtype that nobody knows (composed)", new PlaceUnknownNotice(9, [0xbe, 0xef]) },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public void RequestIsToldByItsSubtype(string title, PlaceSectionRequest expected) =>
        Assert.Equal(expected, GoldenPayload.Read<PlaceSectionRequest>(title));

    [Theory]
    [MemberData(nameof(Notices))]
    public void NoticeIsToldByItsSubtype(string title, PlaceSectionNotice expected) =>
        Assert.Equal(expected, GoldenPayload.Read<PlaceSectionNotice>(title));

    [Fact]
    public void KnownSubtypesCannotBeMadeUnknown()
    {
        Assert.Throws<ArgumentOutOfRangeException>(static () => new PlaceUnknownRequest(2, []));
        Assert.Throws<ArgumentOutOfRangeException>(static () => new PlaceUnknownNotice(1, []));
        Assert.Throws<ArgumentOutOfRangeException>(static () => new PlacePeerUnknown(0, []));
    }
}
