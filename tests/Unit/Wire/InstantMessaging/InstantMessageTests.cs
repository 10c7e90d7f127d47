using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.InstantMessaging;
using Sametime.Tests.Kit.Wire;
using Xunit;

namespace Sametime.Tests.Unit.Wire.InstantMessaging;

/// <summary>What the fields of the golden payloads mean; that the bytes come back is checked by the laws.</summary>
public sealed class InstantMessageTests
{
    [Fact]
    public void TextIsOfItsKind() => Assert.Equal(new ImText("hello"), GoldenPayload.Read<InstantMessage>("Text"));

    [Fact]
    public void TypingIsSubtypeZero()
    {
        Assert.Equal(ImData.Typing, GoldenPayload.Read<InstantMessage>("Typing"));
        Assert.Equal(ImData.StoppedTyping, GoldenPayload.Read<InstantMessage>("Stopped typing (composed)"));
    }

    [Fact]
    public void HtmlIsData() =>
        Assert.Equal(new ImData(ImDataType.Html, Subtype: 0, new Opaque("<b>x</b>"u8)), GoldenPayload.Read<InstantMessage>("HTML"));

    [Fact]
    public void UnknownKindKeepsItsBytes() =>
        Assert.Equal(new ImUnknown(7, [0xca, 0xfe]), GoldenPayload.Read<InstantMessage>("A kind that nobody knows (composed)"));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void KnownKindCannotBeMadeUnknown(uint kind) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImUnknown(kind, Opaque.Empty));

    [Fact]
    public void WhatIsSaidStaysOutOfTheTextForLogs() => Assert.DoesNotContain("secret", new ImText("secret").ToString(), StringComparison.Ordinal);
}
