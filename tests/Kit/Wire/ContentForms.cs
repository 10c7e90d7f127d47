using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Conference;
using Sametime.Contracts.Wire.FileTransfer;
using Sametime.Contracts.Wire.InstantMessaging;
using Sametime.Contracts.Wire.Place;
using Sametime.Contracts.Wire.Storage;

namespace Sametime.Tests.Kit.Wire;

/// <summary>Every content of an Opaque that obeys the laws, and where in its golden frames it lies.</summary>
public static class ContentForms
{
    public static IReadOnlyList<WireForm> All { get; } =
    [
        new ContentForm<ImCreateInfo>(OfCreate),
        new ContentForm<ImAcceptInfo>(static vector => ReadBody<ChannelAccept>(vector).AdditionalData),
        new ContentForm<ImPlaceInvitation>(static vector => ((ImData)ReadData<InstantMessage>(vector)).Data),
        new ContentForm<InstantMessage>(static vector => new Opaque(vector.Data)),
        new ContentForm<ConferenceCreateInfo>(OfCreate),
        new ContentForm<ConferenceInvitation>(OfCreate),
        new ContentForm<PlaceCreateInfo>(OfCreate),
        new ContentForm<FileOffer>(OfCreate),
        new ContentForm<StorageText>(static vector => ReadData<StorageSave>(vector).Items[0].Value),
        new ContentForm<LocationInfo>(static vector => ReadData<AttributeSet>(vector).Value),
    ];

    private static Opaque OfCreate(Vector vector) => ReadBody<ChannelCreate>(vector).AdditionalData;

    private static T ReadBody<T>(Vector vector)
        where T : IWireMessage<T>
    {
        var reader = new WireReader(vector.Body);
        return T.Read(ref reader);
    }

    private static T ReadData<T>(Vector vector)
        where T : IPayload<T>
    {
        var reader = new WireReader(vector.Data);
        return T.Read(ref reader);
    }
}
