using FsCheck.Xunit;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;
using Sametime.Contracts.Wire.Conference;
using Sametime.Contracts.Wire.Directory;
using Sametime.Contracts.Wire.InstantMessaging;
using Sametime.Contracts.Wire.Place;
using Sametime.Contracts.Wire.Resolve;
using Sametime.Contracts.Wire.Storage;
using Sametime.Tests.Kit.Wire;

namespace Sametime.Tests.Unit.Wire;

/// <summary>Any value survives the wire, for the payloads that are more than a few numbers: lists, ends of blocks, unions, optional fields.</summary>
[Properties(Arbitrary = [typeof(WireValues)], MaxTest = 200)]
public sealed class PayloadPropertyTests
{
    [Property]
    public void PresenceSnapshotRoundTrips(ushort kind, string id, string group, UserStatus status, string name, byte online, byte offline)
    {
        var who = new AwareId((AwareKind)kind, id, Community: name);
        var block = new PresenceBlock(who, group, IsOnline: true, id, status, name);
        RoundTrips(new PresenceSnapshot(
            Enumerable.Repeat(block, online).Concat(Enumerable.Repeat(PresenceBlock.Offline(who, group), offline)).ToItems()));
    }

    [Property]
    public void AttributeSetNoticeRoundTrips(string id, uint key, byte[] value) =>
        RoundTrips(new AttributeSetNotice(AwareId.OfUser(id), key, new Opaque(value)));

    [Property]
    public void StorageLoadedRoundTrips(uint request, uint result, uint[] keys, byte[] value) => RoundTrips(
        new StorageLoaded(request, (Reason)result, keys.Select(key => new StorageItem(key, new Opaque(value))).ToItems()));

    [Property]
    public void ResolveResponseRoundTrips(uint request, uint code, string[] names, string description, uint kind) => RoundTrips(
        new ResolveResponse(request, (Reason)code, names.Select((name, i) => new ResolveResult(
            (Reason)code,
            name,
            names.Take(i).Select(match => new ResolveMatch(match, name, description, (ResolveKind)kind)).ToItems())).ToItems()));

    [Property]
    public void InstantTextRoundTrips(string text) => RoundTrips<InstantMessage>(new ImText(text));

    [Property]
    public void InstantDataRoundTrips(uint type, uint subtype, byte[] data) =>
        RoundTrips<InstantMessage>(new ImData((ImDataType)type, subtype, new Opaque(data)));

    [Property]
    public void ConferenceWelcomeRoundTrips(string name, string title, ushort[] ids, LoginInfo login) => RoundTrips(
        new ConferenceWelcome(name, title, YourId: (ushort)ids.Length, ids.Select(id => new ConferenceMember(id, login)).ToItems()));

    [Property]
    public void PlaceMembersRoundTrip(uint request, uint section, uint[] ids, string user, string name, ushort type) =>
        RoundTrips<PlaceSectionNotice>(new PlaceMembers(
            request,
            section,
            ids.Select(id => new PlaceMember(id, type, new UserId(user), name, user, name, (ClientType)type)).ToItems()));

    [Property]
    public void DirectoryFoundRoundTrips(uint request, uint offset, string[] names, ushort kind) => RoundTrips(
        new DirectoryFound(request, Reason.Success, DirectoryId: request, offset, names.Select(name => new DirectoryEntry(
            (DirectoryEntryKind)kind,
            name,
            LongName: kind == (ushort)DirectoryEntryKind.User ? name : "",
            name)).ToItems()));

    private static void RoundTrips<T>(T payload)
        where T : IPayload<T> =>
        MessageLaws.RoundTrips(WireForm.Named(typeof(T).Name), payload);
}
