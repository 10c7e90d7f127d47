using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.InstantMessaging;
using Sametime.Contracts.Wire.Place;
using Sametime.Tests.Kit.Wire;
using Xunit;

namespace Sametime.Tests.Unit.Wire.Place;

/// <summary>What the fields of the golden payloads mean; that the bytes come back is checked by the laws.</summary>
public sealed class PlacePayloadTests
{
    private static readonly Opaque Text = ((InstantMessage)new ImText("yo")).ToOpaque();

    [Fact]
    public void CreatorNamesThePlace()
    {
        var reader = new WireReader(VectorFile.Load(nameof(PlaceCreateInfo)).Single().Body);

        Assert.True(ChannelCreate.Read(ref reader).AdditionalData.TryRead<PlaceCreateInfo>(out var info));
        Assert.Equal(new PlaceCreateInfo("room1", "Room"), info);
    }

    [Fact]
    public void JoinedTellsWhoYouAreAndWhere() =>
        Assert.Equal(new PlaceJoined(YourId: 1, SectionId: 1), GoldenPayload.Read<PlaceJoined>("First member, first section"));

    [Fact]
    public void InformationOfThePlaceHasATitleAndOfASectionNone()
    {
        Assert.Equal(PlaceInformation.OfPlace("Room"), GoldenPayload.Read<PlaceInformation>("The place is named \"Room\""));
        Assert.Equal(new PlaceInformation(SectionId: 1, Title: ""), GoldenPayload.Read<PlaceInformation>("A section (composed)"));
    }

    [Fact]
    public void BytesThatInformationAnnouncesAsUnknownAreSkipped()
    {
        var reader = new WireReader(Convert.FromHexString("0000000300000000aabbcc00000004526f6f6d"));

        Assert.Equal(PlaceInformation.OfPlace("Room"), PlaceInformation.Read(ref reader));
        Assert.Null(reader.Error);
    }

    [Fact]
    public void TextGoesToASectionAndComesBackWithItsSpeaker()
    {
        Assert.Equal(new PlaceMessage(SectionId: 1, Text), GoldenPayload.Read<PlaceMessage>("Text"));
        Assert.Equal(
            new PlaceMessageNotice(MemberId: 1, SectionId: 1, Text),
            GoldenPayload.Read<PlaceMessageNotice>("Text of the first member"));
    }

    [Fact]
    public void InviteSaysWhomAndWhy() =>
        Assert.Equal(new PlaceInvite(new IdBlock("bob"), "come"), GoldenPayload.Read<PlaceInvite>("bob is to come"));

    [Fact]
    public void AttributesAreSetAndCleared()
    {
        Assert.Equal(
            new PlaceAttributeSet(MemberId: 1, PlaceAttributeKeys.Typing, [0, 0, 0, 1]),
            GoldenPayload.Read<PlaceAttributeSet>("The first member types"));
        Assert.Equal(
            new PlaceAttributeClear(MemberId: 1, PlaceAttributeKeys.Typing),
            GoldenPayload.Read<PlaceAttributeClear>("The first member no longer types"));
    }

    [Fact]
    public void AttributeWithoutDataIsAbsentAndNoError()
    {
        var reader = new WireReader([]);

        Assert.True(PlaceAttributeSet.Read(ref reader).IsAbsent);
        Assert.True(PlaceAttributeClear.Read(ref reader).IsAbsent);
        Assert.Null(reader.Error);
        Assert.False(GoldenPayload.Read<PlaceAttributeSet>("The first member types").IsAbsent);
        Assert.False(GoldenPayload.Read<PlaceAttributeClear>("The first member no longer types").IsAbsent);
    }
}
