using Sametime.Contracts.Wire;
using Xunit;

namespace Sametime.Tests.Unit.Wire;

public sealed class WireReaderTests
{
    [Fact]
    public void PrimitivesAreBigEndianAndInOrder()
    {
        var reader = new WireReader([0x02, 0x12, 0x34, 0x89, 0xab, 0xcd, 0xef, 0x00, 0x02, 0x68, 0x69, 0x00, 0x00, 0x00, 0x01, 0x07, 0x55]);
        Assert.True(reader.ReadBool());
        Assert.Equal(0x1234, reader.ReadUInt16());
        Assert.Equal(0x89abcdefu, reader.ReadUInt32());
        Assert.Equal("hi", reader.ReadString());
        Assert.Equal([7], reader.ReadOpaque());
        Assert.Equal(1, reader.Remaining);
        Assert.Equal(16, reader.Offset);
        Assert.Equal([0x55], reader.ReadRest().ToArray());
        Assert.Null(reader.Error);
    }

    [Fact]
    public void TheFirstErrorSticksAndEverythingAfterItIsDefault()
    {
        var reader = new WireReader([0x00, 0x05, 0x68, 0x69, 0x00, 0x00, 0x00, 0x01]);
        reader.ReadUInt16();
        Assert.Equal("", reader.ReadString());
        Assert.Equal(new WireError(WireErrorKind.Truncated, 2), reader.Error);
        Assert.Equal(0, reader.Remaining);
        Assert.Equal(0u, reader.ReadUInt32());
        Assert.False(reader.ReadBool());
        Assert.Equal(0, reader.ReadCount(1));
        Assert.Empty(reader.ReadRest().ToArray());
        Assert.Equal(new WireError(WireErrorKind.Truncated, 2), reader.Error);
    }

    [Theory]
    [InlineData("0002c328", "an overlong or broken sequence")]
    [InlineData("0003eda080", "half a surrogate pair")]
    [InlineData("0003610062", "a NUL inside")]
    [InlineData("0001e4", "a byte of an old code page")]
    public void TextThatIsNotCleanUtf8IsBadText(string hex, string why)
    {
        var reader = new WireReader(Convert.FromHexString(hex + "0000"));
        Assert.Equal("", reader.ReadString());
        Assert.True(reader.Error == new WireError(WireErrorKind.BadText, 0), why);
    }

    [Fact]
    public void ACountBeyondTheDataIsRefusedBeforeAnythingIsAllocated()
    {
        var reader = new WireReader([0x00, 0x00, 0x00, 0x03, 1, 2, 3, 4, 5]);
        Assert.Equal(0, reader.ReadCount(2));
        Assert.Equal(new WireError(WireErrorKind.CountBeyondData, 0), reader.Error);
    }

    [Fact]
    public void ACountThatJustFitsIsTaken()
    {
        var reader = new WireReader([0x00, 0x00, 0x00, 0x02, 0, 1, 0, 2]);
        Assert.Equal([1, 2], reader.ReadItems(2, static (ref WireReader item) => item.ReadUInt16()));
    }

    [Fact]
    public void AListWithABrokenElementIsEmptyAndAnError()
    {
        var reader = new WireReader([0x00, 0x00, 0x00, 0x02, 0, 1, 65, 0, 2]);
        Assert.True(reader.ReadItems(2, static (ref WireReader item) => item.ReadString()).IsEmpty);
        Assert.Equal(WireErrorKind.Truncated, reader.Error?.Kind);
    }

    [Theory]
    [InlineData(4, 4)]
    [InlineData(1, 2)]
    [InlineData(0, 2)]
    public void SkipToGoesForwardOnly(uint end, int expectedOffset)
    {
        var reader = new WireReader([1, 2, 3, 4, 5]);
        reader.ReadUInt16();
        reader.SkipTo(end);
        Assert.Equal(expectedOffset, reader.Offset);
        Assert.Null(reader.Error);
    }

    [Theory]
    [InlineData(6u)]
    [InlineData(0xffff_ffffu)]
    public void SkipToBeyondTheDataIsAnError(uint end)
    {
        var reader = new WireReader([1, 2, 3, 4, 5]);
        reader.SkipTo(end);
        Assert.Equal(WireErrorKind.Truncated, reader.Error?.Kind);
    }

    [Fact]
    public void ANegativeCountOfBytesIsAnErrorAndNoException()
    {
        var reader = new WireReader([1, 2, 3]);
        reader.Skip(-1);
        Assert.Equal(WireErrorKind.Truncated, reader.Error?.Kind);
    }

    [Fact]
    public void AReadOpaqueOwnsItsData()
    {
        byte[] data = [0, 0, 0, 1, 7];
        var reader = new WireReader(data);
        var opaque = reader.ReadOpaque();
        data[4] = 8;
        Assert.Equal(new Opaque([7]), opaque);
    }
}
