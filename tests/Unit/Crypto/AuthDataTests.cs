using System.Text;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Wire;
using Xunit;
using static Sametime.Tests.Unit.Crypto.RecordedConversation;

namespace Sametime.Tests.Unit.Crypto;

public class AuthDataTests
{
    private readonly AuthDataReader _reader = new(Server, Magic);

    [Fact]
    public void The_recorded_login_with_a_dh_key_opens()
    {
        Assert.Equal("alice-pw", Password(AuthType.Rc2DiffieHellman, AliceAuthData));
        Assert.Equal(AliceAuthData, AuthDataWriter.Rc2DiffieHellman("alice-pw", Alice, ServerPublic, Magic));
    }

    [Fact]
    public void The_recorded_login_with_rc2_40_opens()
    {
        var recorded = Hex("00000005 26bde2009e 00000010 2f9c143e08ce6f84f96599f02445b916");

        Assert.Equal("alice-pw", Password(AuthType.Rc2Fixed40, recorded));
        Assert.Equal(recorded, AuthDataWriter.Rc2Fixed40("alice-pw", Hex("26bde2009e")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("secret")]
    [InlineData("pässwörd ✓")]
    public void Each_auth_type_gives_back_the_password_it_was_made_from(string password)
    {
        Assert.Equal(password, Password(AuthType.Plain, AuthDataWriter.Plain(password)));
        Assert.Equal(password, Password(AuthType.Rc2Fixed40, AuthDataWriter.Rc2Fixed40(password)));
        Assert.Equal(password, Password(AuthType.Rc2DiffieHellman, AuthDataWriter.Rc2DiffieHellman(password, KeyAgreement.Create(), ServerPublic, Magic)));
    }

    [Theory]
    [InlineData("72617770617373")] // "rawpass"
    [InlineData("0003616263ff")] // a String and one byte more
    [InlineData("0009616263")] // a String cut short
    [InlineData("00")]
    public void Plain_data_that_is_not_exactly_one_string_is_the_password_itself(string data)
    {
        Assert.True(_reader.TryOpen(AuthType.Plain, Hex(data), out var credential));
        Assert.Equal(Hex(data), credential.Secret.ToArray());
        Assert.Equal(CredentialKind.Password, credential.Kind);
    }

    [Fact]
    public void A_token_is_handed_on_as_it_came()
    {
        byte[] token = [0, 3, 1, 2, 3];

        Assert.True(_reader.TryOpen(AuthType.Token, AuthDataWriter.Token(token), out var credential));
        Assert.Equal(CredentialKind.Token, credential.Kind);
        Assert.Equal(token, credential.Secret.ToArray());
    }

    [Fact]
    public void A_secret_made_for_another_connection_is_a_wrong_password()
    {
        Assert.False(new AuthDataReader(Server, Magic + 1).TryOpen(AuthType.Rc2DiffieHellman, AliceAuthData, out _));
        Assert.False(new AuthDataReader(KeyAgreement.Create(), Magic).TryOpen(AuthType.Rc2DiffieHellman, AliceAuthData, out _));
    }

    [Theory]
    [InlineData("00000005 26bde2009e 00000000")] // empty secret
    [InlineData("00000005 26bde2009e 0000000f 2f9c143e08ce6f84f96599f02445b9")] // no multiple of 8
    [InlineData("00000005 26bde2009e 00000008 2f9c143e08ce6f84")] // the padding block is missing
    [InlineData("00000004 26bde200 00000008 2f9c143e08ce6f84")] // key of four bytes
    [InlineData("00000000 00000008 2f9c143e08ce6f84")]
    [InlineData("ffffffff 26bde2009e")]
    [InlineData("00000005 26bde2009e ffffffff 00")]
    [InlineData("")]
    public void Malformed_rc2_40_data_is_a_wrong_password(string data) =>
        Assert.False(_reader.TryOpen(AuthType.Rc2Fixed40, Hex(data), out _));

    [Fact]
    public void Dh_data_cut_off_anywhere_is_a_wrong_password()
    {
        for (var length = 0; length < AliceAuthData.Length; length++)
        {
            Assert.False(_reader.TryOpen(AuthType.Rc2DiffieHellman, AliceAuthData.AsSpan(0, length), out _));
        }
    }

    [Theory]
    [InlineData("0123456700056162")] // the password is cut short
    [InlineData("01234567")]
    [InlineData("0123")]
    [InlineData("")]
    public void A_dh_secret_without_magic_and_password_is_a_wrong_password(string clear)
    {
        var key = Hex("4363be74f9a993275ad8752e6883d9e0");
        var secret = Rc2Chain.Encrypting(key).Encrypt(Hex(clear));

        byte[] data = [.. AliceAuthData.AsSpan(0, 70), 0, 0, 0, (byte)secret.Length, .. secret];

        Assert.False(_reader.TryOpen(AuthType.Rc2DiffieHellman, data, out _));
    }

    [Fact]
    public void A_client_value_of_one_is_refused_though_its_secret_would_open()
    {
        // The shared value would be 1 for everybody: a key any listener knows.
        byte[] knownKey = [.. new byte[15], 1];
        var secret = Rc2Chain.Encrypting(knownKey).Encrypt([0x01, 0x23, 0x45, 0x67, 0, 1, (byte)'x']);

        Assert.False(_reader.TryOpen(AuthType.Rc2DiffieHellman, [0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 8, .. secret], out _));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(0xffff)]
    public void An_auth_type_nobody_offers_does_not_open(ushort type) => Assert.False(_reader.TryOpen((AuthType)type, AliceAuthData, out _));

    [Fact]
    public void A_credential_hides_itself_in_text_and_forgets_on_dispose()
    {
        var credential = Credential.Password("hunter2");

        Assert.DoesNotContain("hunter2", credential.ToString(), StringComparison.Ordinal);
        credential.Dispose();
        Assert.All(credential.Secret.ToArray(), b => Assert.Equal(0, b));
    }

    private string Password(AuthType type, byte[] authData)
    {
        Assert.True(_reader.TryOpen(type, authData, out var credential));
        Assert.Equal(CredentialKind.Password, credential.Kind);
        return Encoding.UTF8.GetString(credential.Secret.Span);
    }
}
