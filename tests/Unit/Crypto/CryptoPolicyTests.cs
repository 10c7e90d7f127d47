using System.Net;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Wire;
using Xunit;

namespace Sametime.Tests.Unit.Crypto;

public class CryptoPolicyTests
{
    private readonly CryptoPolicy _defaults = new(new CryptoPolicyOptions());

    [Theory]
    [InlineData(AuthType.Plain)]
    [InlineData(AuthType.Token)]
    [InlineData(AuthType.Rc2Fixed40)]
    [InlineData(AuthType.Rc2DiffieHellman)]
    public void Inside_tls_every_auth_type_may_be_used(AuthType type) =>
        Assert.Equal(Reason.Success, _defaults.Judge(type, From("203.0.113.9", isTls: true)));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.3.2.1")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    public void In_the_clear_this_machine_may_use_the_key_agreement_and_tokens_only(string address)
    {
        Assert.Equal(Reason.Success, _defaults.Judge(AuthType.Rc2DiffieHellman, From(address)));
        Assert.Equal(Reason.Success, _defaults.Judge(AuthType.Token, From(address)));
        Assert.Equal(Reason.EncryptionMismatch, _defaults.Judge(AuthType.Plain, From(address)));
        Assert.Equal(Reason.EncryptionMismatch, _defaults.Judge(AuthType.Rc2Fixed40, From(address)));
    }

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("2001:db8::1")]
    [InlineData("::ffff:192.0.2.1")]
    public void In_the_clear_from_elsewhere_nothing_is_allowed_until_the_operator_says_so(string address)
    {
        foreach (var type in new[] { AuthType.Plain, AuthType.Token, AuthType.Rc2Fixed40, AuthType.Rc2DiffieHellman })
        {
            Assert.Equal(Reason.EncryptionMismatch, _defaults.Judge(type, From(address)));
        }
    }

    [Fact]
    public void A_listed_network_may_log_in_with_the_key_agreement_but_not_with_weak_types()
    {
        var policy = new CryptoPolicy(new CryptoPolicyOptions { AllowFrom = [IPNetwork.Parse("192.0.2.0/24")] });

        Assert.Equal(Reason.Success, policy.Judge(AuthType.Rc2DiffieHellman, From("192.0.2.77")));
        Assert.Equal(Reason.EncryptionMismatch, policy.Judge(AuthType.Plain, From("192.0.2.77")));
        Assert.Equal(Reason.EncryptionMismatch, policy.Judge(AuthType.Rc2DiffieHellman, From("127.0.0.1")));
    }

    [Fact]
    public void The_unsafe_option_opens_every_auth_type_for_its_networks_and_no_other()
    {
        var policy = new CryptoPolicy(new CryptoPolicyOptions { AllowFrom = [], WeakAuthTypesFrom = [IPNetwork.Parse("127.0.0.0/8")] });

        foreach (var type in new[] { AuthType.Plain, AuthType.Token, AuthType.Rc2Fixed40, AuthType.Rc2DiffieHellman })
        {
            Assert.Equal(Reason.Success, policy.Judge(type, From("127.0.0.1")));
            Assert.Equal(Reason.EncryptionMismatch, policy.Judge(type, From("192.0.2.1")));
        }
    }

    [Fact]
    public void An_auth_type_nobody_offers_is_refused_even_inside_tls() =>
        Assert.Equal(Reason.EncryptionNotSupported, _defaults.Judge((AuthType)3, From("127.0.0.1", isTls: true)));

    private static LoginTransport From(string address, bool isTls = false) => new(isTls, IPAddress.Parse(address));
}
