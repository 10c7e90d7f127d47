using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.InstantMessaging;
using Sametime.Tests.Kit.Wire;
using Xunit;

namespace Sametime.Tests.Unit.Wire.InstantMessaging;

/// <summary>What client and client agree on when the channel is made, and an invitation into a place.</summary>
public sealed class ImInfoTests
{
    [Fact]
    public void CallerSaysWhatHeCanDo()
    {
        var reader = new WireReader(VectorFile.Load(nameof(ImCreateInfo)).Single().Body);

        Assert.True(ChannelCreate.Read(ref reader).AdditionalData.TryRead<ImCreateInfo>(out var info));
        Assert.Equal(new ImCreateInfo(ImFeatures.Rich), info);
    }

    [Fact]
    public void CalleeSaysWhatHeCanDoAndHowHeIs()
    {
        var reader = new WireReader(VectorFile.Load(nameof(ImAcceptInfo)).Single().Body);

        Assert.True(ChannelAccept.Read(ref reader).AdditionalData.TryRead<ImAcceptInfo>(out var info));
        Assert.Equal(new ImAcceptInfo(ImFeatures.Rich, new UserStatus(StatusCode.Away, 0, "lunch")), info);
    }

    [Fact]
    public void PlaceInvitationMayNameSomebody()
    {
        var nobody = new ImPlaceInvitation("Plans", "come in", "place1", Unknown: "", "st.example", With: null);

        Assert.Equal(nobody, Invitation("Nobody named"));
        Assert.Equal(nobody with { With = new ImPlaceInvitee("bob", "7F00000100000002", "") }, Invitation("With bob"));
    }

    private static ImPlaceInvitation Invitation(string title)
    {
        var reader = new WireReader(VectorFile.Load(nameof(ImPlaceInvitation), title).Data);
        var data = Assert.IsType<ImData>(InstantMessage.Read(ref reader));
        Assert.Equal(ImDataType.PlaceInvitation, data.Type);
        Assert.True(data.Data.TryRead<ImPlaceInvitation>(out var invitation));
        return invitation;
    }
}
