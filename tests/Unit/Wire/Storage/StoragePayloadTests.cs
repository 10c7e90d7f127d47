using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Storage;
using Sametime.Tests.Kit.Wire;
using Xunit;

namespace Sametime.Tests.Unit.Wire.Storage;

/// <summary>What the fields of the golden payloads mean; that the bytes come back is checked by the laws.</summary>
public sealed class StoragePayloadTests
{
    private static readonly StorageItem One = new(StorageKeys.ReservedMax, new StorageText("v").ToOpaque());

    [Fact]
    public void SaveAndSaved()
    {
        Assert.Equal(new StorageSave(1, [One]), GoldenPayload.Read<StorageSave>("One value"));
        Assert.Equal(new StorageSaved(1, Reason.Success), GoldenPayload.Read<StorageSaved>("Success"));
    }

    [Fact]
    public void LoadAndLoaded()
    {
        Assert.Equal(new StorageLoad(2, [StorageKeys.ReservedMax]), GoldenPayload.Read<StorageLoad>("One key"));
        Assert.Equal(new StorageLoaded(2, Reason.Success, [One]), GoldenPayload.Read<StorageLoaded>("One value"));
    }

    [Fact]
    public void TwoValuesInOneMessageEndWhereTheySay() => Assert.Equal(
        new StorageSave(5,
        [
            new StorageItem(StorageKeys.ChatInvitationText, new StorageText("come").ToOpaque()),
            new StorageItem(StorageKeys.AwayTexts, new StorageText("at lunch").ToOpaque()),
        ]),
        GoldenPayload.Read<StorageSave>("Two values (composed)"));

    [Fact]
    public void KeyNeverSavedIsASuccessWithAnEmptyValue() => Assert.Equal(
        new StorageLoaded(3, Reason.Success, [new StorageItem(StorageKeys.BuddyList, Opaque.Empty)]),
        GoldenPayload.Read<StorageLoaded>("A key that was never saved (composed)"));

    [Fact]
    public void FailureHasAResultAndNoItem() => Assert.Equal(
        StorageLoaded.Failed(4, Reason.NoSuchElement),
        GoldenPayload.Read<StorageLoaded>("A failure is told, and never an empty success (composed)"));
}
