using Sametime.Contracts.Wire;
using Xunit;

namespace Sametime.Tests.Unit.Wire;

public sealed class IdTests
{
    [Fact]
    public void ALoginIdIsTwentyUpperCaseHexDigits()
    {
        var id = new LoginId(0x00ab, 0x12345678, 0x9abcdef0);
        Assert.Equal("00AB123456789ABCDEF0", id.ToString());
        Assert.True(LoginId.TryParse("00AB123456789ABCDEF0", out var parsed));
        Assert.Equal(id, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("7F00000100000001")]
    [InlineData("00ab123456789abcdef0")]
    [InlineData("00AB123456789ABCDEF00")]
    [InlineData("00AB12345678 ABCDEF0")]
    [InlineData("+0AB123456789ABCDEF0")]
    [InlineData("alice@example.com.au")]
    public void AnythingElseIsNoLoginId(string text) => Assert.False(LoginId.TryParse(text, out _));

    [Fact]
    public void UserIdsCompareWithoutCaseAndKeepTheirSpelling()
    {
        Assert.Equal(new UserId("Alice"), new UserId("aLICE"));
        Assert.Equal(new UserId("Alice").GetHashCode(), new UserId("aLICE").GetHashCode());
        Assert.NotEqual(new UserId("Alice"), new UserId("Alic\u00e9"));
        Assert.Equal("Alice", new UserId("Alice").ToString());
        Assert.Equal(default, new UserId(""));
        Assert.Equal(default(UserId).GetHashCode(), new UserId("").GetHashCode());
    }

    [Fact]
    public void TheTopBitOfAChannelIdMarksTheServersHalf()
    {
        Assert.True(new ChannelId(0x8000_0001).IsServerHalf);
        Assert.False(new ChannelId(0x7fff_ffff).IsServerHalf);
        Assert.True(ChannelId.Master.IsMaster);
        Assert.False(new ChannelId(1).IsMaster);
    }

    [Fact]
    public void OpaqueAndItemsCompareByContent()
    {
        Opaque bytes = [1, 2, 3];
        Items<string> names = ["a", "b"];
        Assert.Equal(new Opaque([1, 2, 3]), bytes);
        Assert.Equal(new Opaque([1, 2, 3]).GetHashCode(), bytes.GetHashCode());
        Assert.NotEqual(new Opaque([1, 2]), bytes);
        Assert.True(names == ["a", "b"]);
        Assert.True(names != ["b", "a"]);
        Assert.True(default(Items<string>) == []);
        Assert.Equal(Opaque.Empty, new Opaque([]));
    }

    [Fact]
    public void AnOpaqueTellsItsLengthOnlySoThatSecretsStayOutOfLogs() => Assert.Equal("3 bytes", new Opaque([1, 2, 3]).ToString());

    [Theory]
    [InlineData(Reason.Success, false)]
    [InlineData(Reason.ResolvePartial, false)]
    [InlineData(Reason.FileDeclined, false)]
    [InlineData(Reason.NoSuchUser, true)]
    [InlineData((Reason)0x8000_4711, true)]
    public void TheTopBitOfAReasonMeansFailure(Reason reason, bool failure) => Assert.Equal(failure, reason.IsFailure());
}
