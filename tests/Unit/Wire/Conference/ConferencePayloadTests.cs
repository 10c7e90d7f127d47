using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Conference;
using Sametime.Contracts.Wire.InstantMessaging;
using Sametime.Tests.Kit.Wire;
using Xunit;

namespace Sametime.Tests.Unit.Wire.Conference;

/// <summary>What the fields of the golden payloads mean; that the bytes come back is checked by the laws.</summary>
public sealed class ConferencePayloadTests
{
    private const string Name = "alice(6b0426cf,1eae)";

    private static readonly LoginDetails Details = new(Description: "", 0x7f00_0001, "CN=proof");
    private static readonly LoginInfo Alice = new(
        "7F00000100000001", ClientType.Meanwhile, new UserId("alice"), "Alice Example", Details: Details);
    private static readonly LoginInfo Bob = new(
        "7F00000100000002", ClientType.Meanwhile, new UserId("bob"), "Bob Example", Details: Details);

    [Fact]
    public void CreatorNamesTheConference()
    {
        Assert.True(AdditionalData<ConferenceCreateInfo>().TryRead<ConferenceCreateInfo>(out var info));
        Assert.Equal(new ConferenceCreateInfo(Name, "Topic"), info);
    }

    [Fact]
    public void InvitationSaysWhoInvites()
    {
        Assert.True(AdditionalData<ConferenceInvitation>().TryRead<ConferenceInvitation>(out var invitation));
        Assert.Equal(new ConferenceInvitation(Name, "Topic", Alice, "come"), invitation);
    }

    [Fact]
    public void WelcomeListsTheReceiverToo() => Assert.Equal(
        new ConferenceWelcome(Name, "Topic", YourId: 1, [new ConferenceMember(1, Alice)]),
        GoldenPayload.Read<ConferenceWelcome>("alice is alone"));

    [Fact]
    public void InviteSaysWhomAndWhy() =>
        Assert.Equal(new ConferenceInvite(new IdBlock("bob"), "come"), GoldenPayload.Read<ConferenceInvite>("bob is to come"));

    [Fact]
    public void MembersComeAndGo()
    {
        Assert.Equal(new ConferenceJoined(new ConferenceMember(2, Bob)), GoldenPayload.Read<ConferenceJoined>("bob came"));
        Assert.Equal(new ConferenceLeft(2), GoldenPayload.Read<ConferenceLeft>("The second member left"));
    }

    [Fact]
    public void MessagesHaveTheContentOfInstantMessages()
    {
        Assert.Equal(new ConferenceMessage(new ImText("hey")), GoldenPayload.Read<ConferenceMessage>("Text"));
        Assert.Equal(new ConferenceMessage(ImData.Typing), GoldenPayload.Read<ConferenceMessage>("Typing"));
    }

    [Fact]
    public void NoticeCarriesTheMembersBytes() => Assert.Equal(
        new ConferenceMessageNotice(1, new Opaque(VectorFile.Load(nameof(ConferenceMessage), "Text").Data)),
        GoldenPayload.Read<ConferenceMessageNotice>("Text of the first member"));

    private static Opaque AdditionalData<T>()
    {
        var reader = new WireReader(VectorFile.Load(typeof(T)).Single().Body);
        return ChannelCreate.Read(ref reader).AdditionalData;
    }
}
