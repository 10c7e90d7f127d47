using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Conference;
using Sametime.Contracts.Wire.FileTransfer;
using Sametime.Contracts.Wire.InstantMessaging;
using Sametime.Contracts.Wire.Place;
using Sametime.Contracts.Wire.Storage;
using Sametime.Tests.Kit.Wire;
using Xunit;

namespace Sametime.Tests.Unit.Wire;

/// <summary>Every type that lies inside an Opaque against the laws and its golden bytes, like the payloads.</summary>
public sealed class ContentLawsTests
{
    private static readonly WireForm[] Forms =
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

    // Read from whatever is there, so that being cut off or appended to means something else to it. It has tests of its own.
    private static readonly Type[] WithoutLaws = [typeof(AttributeFlag)];

    public static TheoryData<string, string> Goldens
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var form in Forms)
            {
                foreach (var vector in VectorFile.Load(form.Type))
                    data.Add(form.Name, vector.Title);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Goldens))]
    public void GoldenBytesObeyAllLaws(string name, string title)
    {
        var form = Forms.Single(form => form.Name == name);
        MessageLaws.CheckAll(form, form.PartOf(VectorFile.Load(name, title)));
    }

    [Fact]
    public void EveryContentOfContractsIsHere()
    {
        var all = typeof(IOpaqueContent<>).Assembly.GetTypes().Where(static type => !type.IsInterface && type.GetInterfaces().Any(
            i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IOpaqueContent<>) && i.GenericTypeArguments[0] == type));
        Assert.Equal(
            all.Select(static type => type.Name).Order(StringComparer.Ordinal),
            Forms.Select(static form => form.Name).Concat(WithoutLaws.Select(static type => type.Name)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void ContentThatIsCutOffIsToldFromContent()
    {
        Opaque whole = new StorageText("hello").ToOpaque();

        Assert.True(whole.TryRead<StorageText>(out var text));
        Assert.Equal("hello", text.Text);
        Assert.False(new Opaque(whole.Span[..^1]).TryRead<StorageText>(out _));
    }

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
