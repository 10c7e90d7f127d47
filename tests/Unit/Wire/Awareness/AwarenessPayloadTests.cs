using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;
using Sametime.Tests.Kit.Wire;
using Xunit;

namespace Sametime.Tests.Unit.Wire.Awareness;

/// <summary>What the fields of the golden payloads mean; that the bytes come back is checked by the laws.</summary>
public sealed class AwarenessPayloadTests
{
    private static readonly AwareId Bob = AwareId.OfUser("bob");
    private static readonly UserStatus Active = new(StatusCode.Active);

    [Fact]
    public void AddNamesUsersGroupsAndServers() => Assert.Equal(
        new PresenceAdd([Bob, AwareId.OfPublicGroup("staff"), new AwareId(AwareKind.Server, "CN=proof", "other")]),
        GoldenPayload.Read<PresenceAdd>("A user, a group and a server (composed)"));

    [Fact]
    public void RemoveNamesWhomNobodyWatchesAnyLonger() =>
        Assert.Equal(new PresenceRemove([Bob]), GoldenPayload.Read<PresenceRemove>("bob is removed"));

    [Fact]
    public void SnapshotOfAGroupNamesItInEveryBlock() => Assert.Equal(
        new PresenceSnapshot(
        [
            new PresenceBlock(AwareId.OfUser("alice"), "staff", IsOnline: true, "7F00000100000001", Active, "Alice Example"),
            new PresenceBlock(Bob, "staff", IsOnline: true, "7F00000100000002", Active, "Bob Example"),
            PresenceBlock.Offline(AwareId.OfUser("carol"), "staff"),
        ]),
        GoldenPayload.Read<PresenceSnapshot>("The group staff: alice and bob active, carol absent"));

    [Fact]
    public void UpdateIsOneBlock() => Assert.Equal(
        new PresenceUpdate(new PresenceBlock(
            Bob, Group: "", IsOnline: true, "7F00000100000002", new UserStatus(StatusCode.Away, 0, "lunch"), "Bob Example")),
        GoldenPayload.Read<PresenceUpdate>("bob goes to lunch"));

    [Fact]
    public void UpdateOfSomebodyGoneSaysNothingMore() =>
        Assert.Equal(new PresenceUpdate(PresenceBlock.Offline(Bob)), GoldenPayload.Read<PresenceUpdate>("bob is gone (composed)"));

    [Fact]
    public void GroupIsAHeading() =>
        Assert.Equal(new PresenceGroup(AwareId.OfPublicGroup("staff")), GoldenPayload.Read<PresenceGroup>("The group staff"));

    [Fact]
    public void AttributeOfMineIsSetAndUnset()
    {
        Assert.Equal(
            new AttributeSet(AttributeKeys.CanTransferFiles, new AttributeFlag(IsSet: true).ToOpaque()),
            GoldenPayload.Read<AttributeSet>("File transfer is possible"));
        Assert.Equal(new AttributeUnset(AttributeKeys.HasCamera), GoldenPayload.Read<AttributeUnset>("The camera is gone"));
    }

    [Fact]
    public void WatchNamesTheKeys() =>
        Assert.Equal(new AttributeWatch([AttributeKeys.CanTransferFiles]), GoldenPayload.Read<AttributeWatch>("File transfer is watched"));

    [Fact]
    public void WatcherIsToldWhoseAttributeItIs()
    {
        Assert.Equal(
            new AttributeSetNotice(Bob, AttributeKeys.CanTransferFiles, [0, 1]),
            GoldenPayload.Read<AttributeSetNotice>("bob can do file transfer"));
        Assert.Equal(
            new AttributeUnsetNotice(Bob, AttributeKeys.CanTransferFiles),
            GoldenPayload.Read<AttributeUnsetNotice>("bob can no longer do file transfer"));
    }
}
