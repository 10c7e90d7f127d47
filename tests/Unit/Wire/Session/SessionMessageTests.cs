using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Session;
using Xunit;

namespace Sametime.Tests.Unit.Wire.Session;

/// <summary>What the fields of the golden messages mean; that the bytes come back is checked by the laws.</summary>
public sealed class SessionMessageTests
{
    [Fact]
    public void HandshakeOfLibmeanwhile()
    {
        var message = Golden.Read<Handshake>(0);
        Assert.Equal(
            new Handshake { ClientType = ClientType.Meanwhile, ClientHost = "ws1" },
            message);
        Assert.Equal((0x1e, 0x1d, 0x0100), (message.Major, message.Minor, message.Unknown));
    }

    [Fact]
    public void HandshakeOfAnOldVersionHasNoHost() =>
        Assert.Equal(
            new Handshake { Minor = 0x18, ClientType = ClientType.SametimeConnect, AddressAtClient = 0x7f000001 },
            Golden.Read<Handshake>(1));

    [Fact]
    public void HandshakeAckCarriesMagicAndKey()
    {
        var message = Golden.Read<HandshakeAck>(0);
        Assert.Equal((0x1e, 0x1d, 0x7f000001u, 0x01234567u), (message.Major, message.Minor, message.ClientAddress, message.Magic));
        Assert.Equal(64, message.Key.Length);
        Assert.Equal(0x8b, message.Key.Span[0]);
    }

    [Fact]
    public void HandshakeAckOfAnOldVersionEndsAfterTheAddress()
    {
        Assert.True(Golden.Read<HandshakeAck>(1).HasKey);
        Assert.False(Golden.Read<HandshakeAck>(2).HasKey);
    }

    [Theory]
    [InlineData(0, AuthType.Rc2DiffieHellman, 90, (ushort)0)]
    [InlineData(1, AuthType.Rc2Fixed40, 29, (ushort)0)]
    [InlineData(2, AuthType.Plain, 10, null)]
    public void LoginOfEachAuthType(int vector, AuthType authType, int authBytes, object? unknown)
    {
        var message = Golden.Read<Login>(vector);
        Assert.Equal((ClientType.Meanwhile, "alice", authType), (message.ClientType, message.LoginName, message.AuthType));
        Assert.Equal(authBytes, message.AuthData.Length);
        Assert.Equal((ushort?)unknown, message.Unknown);
    }

    [Fact]
    public void LoginShowsNoSecretWhenPrinted() =>
        Assert.DoesNotContain("616c6963652d7077", Golden.Read<Login>(2).ToString(), StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void LoginAckTellsWhoTheUserIs() =>
        Assert.Equal(
            new LoginAck(
                new LoginInfo(
                    "7F00000100000001", ClientType.Meanwhile, new UserId("alice"), "Alice Example", "",
                    new LoginDetails("", 0x7f000001, "CN=proof")),
                PrivacyInfo.Everybody,
                new UserStatus(StatusCode.Active)),
            Golden.Read<LoginAck>(0));

    [Fact]
    public void LoginAckWithAnAllowListAndAStatus()
    {
        var message = Golden.Read<LoginAck>(1);
        Assert.Equal(new PrivacyInfo(Deny: false, [new UserItem(new UserId("bob"), "", "Bob Example")]), message.Privacy);
        Assert.Equal(new UserStatus(StatusCode.Away, 0x5f5e1000, "lunch"), message.Status);
    }

    [Fact]
    public void LoginRedirectNamesHostAndServer() =>
        Assert.Equal(new LoginRedirect("hub2.locale", "CN=hub2.a"), Golden.Read<LoginRedirect>(0));
}
