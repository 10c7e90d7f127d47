using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;
using Sametime.Tests.Kit.Wire;
using Xunit;

namespace Sametime.Tests.Unit.Wire.Awareness;

public sealed class AttributeFlagTests
{
    [Fact]
    public void TwoBytesAreWritten()
    {
        var golden = VectorFile.Load(nameof(AttributeFlag)).Single().Data[^2..];

        Assert.Equal(golden, new AttributeFlag(IsSet: true).ToOpaque().Span.ToArray());
        Assert.Equal<byte>([0, 0], new AttributeFlag(IsSet: false).ToOpaque().Span.ToArray());
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("00", false)]
    [InlineData("01", true)]
    [InlineData("0000", false)]
    [InlineData("0001", true)]
    [InlineData("0100", true)]
    [InlineData("00000000", false)]
    [InlineData("00000001", true)]
    public void AnyWidthIsRead(string hex, bool isSet)
    {
        Assert.True(new Opaque(Convert.FromHexString(hex)).TryRead<AttributeFlag>(out var flag));
        Assert.Equal(isSet, flag.IsSet);
    }
}
