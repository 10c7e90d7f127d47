using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Master;
using Xunit;

namespace Sametime.Tests.Unit.Wire.Master;

/// <summary>What the fields of the golden messages mean; that the bytes come back is checked by the laws.</summary>
public sealed class MasterMessageTests
{
    [Fact]
    public void StatusAwayAtLunch() =>
        Assert.Equal(new SetUserStatus(new UserStatus(StatusCode.Away, 0, "lunch")), Golden.Read<SetUserStatus>(0));

    [Fact]
    public void PrivacyListThatDeniesCarol() =>
        Assert.Equal(new SetPrivacyList(new PrivacyInfo(Deny: true, [new UserItem(new UserId("carol"))])), Golden.Read<SetPrivacyList>(0));

    [Fact]
    public void PrivacyListThatAllowsNobody() => Assert.Equal(new SetPrivacyList(PrivacyInfo.Nobody), Golden.Read<SetPrivacyList>(1));

    [Fact]
    public void SenseServiceNamesAService() => Assert.Equal(new SenseService(ServiceTypes.Resolve), Golden.Read<SenseService>(0));

    [Fact]
    public void AdminNoticeIsUtf8() => Assert.Equal(new AdminNotice("Gute N\u00e4he"), Golden.Read<AdminNotice>(0));

    [Fact]
    public void AnnounceFromTheSenderNamesRecipients() =>
        Assert.Equal(new Announce { Text = "note", Recipients = [Announce.UserPrefix + "bob"] }, Golden.Read<Announce>(0));

    [Fact]
    public void AnnounceToARecipientNamesTheSender()
    {
        var message = Golden.Read<Announce>(1);
        Assert.Equal(("note", "Alice Example", 0), (message.Text, message.Sender?.DisplayName, message.Recipients.Count));
    }

    [Fact]
    public void OneTimeIsAddressedLikeACreate() =>
        Assert.Equal(
            new OneTime
            {
                Id = 7,
                Target = new IdBlock("bob"),
                Service = ServiceTypes.Storage,
                Protocol = ProtocolTypes.Storage,
                Version = ProtocolVersions.Storage,
                PayloadType = 0x64,
                Data = [0xca, 0xfe],
            },
            Golden.Read<OneTime>(0));
}
