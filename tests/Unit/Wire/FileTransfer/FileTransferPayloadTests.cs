using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.FileTransfer;
using Sametime.Tests.Kit.Wire;
using Xunit;

namespace Sametime.Tests.Unit.Wire.FileTransfer;

/// <summary>What the fields of the golden payloads mean; that the bytes come back is checked by the laws.</summary>
public sealed class FileTransferPayloadTests
{
    [Fact]
    public void OfferSaysWhatComesAndHowMuch()
    {
        var reader = new WireReader(VectorFile.Load(nameof(FileOffer)).Single().Body);

        Assert.True(ChannelCreate.Read(ref reader).AdditionalData.TryRead<FileOffer>(out var offer));
        Assert.Equal(new FileOffer("f.txt", "m", SizeBytes: 3), offer);
    }

    [Fact]
    public void PieceIsTheBytesOfTheFile() =>
        Assert.Equal(new FilePiece(new Opaque("abc"u8)), GoldenPayload.Read<FilePiece>("The whole of a small file"));

    [Fact]
    public void ReceivedSaysNothing() => Assert.Empty(VectorFile.Load(nameof(FileReceived)).Single().Data);
}
