using Sametime.Contracts.Crypto;
using Xunit;
using static Sametime.Tests.Unit.Crypto.RecordedConversation;

namespace Sametime.Tests.Unit.Crypto;

public class KeyAgreementTests
{
    private const string PrimeDigits = "cf84afce86ddfa527f136d10357528eefba0afef808f29174e3b6a9e97000171"
        + "7c8f106c41c161a6ce91057b34da62cbb87bfdc1b35c1b910fea72249d566b9f";

    [Fact]
    public void Public_values_are_those_of_the_recorded_clients_and_server()
    {
        Assert.Equal(ServerPublic, Server.PublicValue.ToArray());
        Assert.Equal(AlicePublic, Alice.PublicValue.ToArray());
    }

    [Fact]
    public void Both_ends_of_the_recorded_login_reach_the_recorded_key()
    {
        var expected = Hex("4363be74f9a993275ad8752e6883d9e0");

        Assert.Equal(expected, Agree(Server, AlicePublic));
        Assert.Equal(expected, Agree(Alice, ServerPublic));
    }

    [Fact]
    public void Both_ends_of_the_recorded_im_channel_reach_the_recorded_key()
    {
        var expected = Hex("eb896a9475085051041fabaf1d0d35fe");

        Assert.Equal(expected, Agree(Alice, Bob.PublicValue.Span));
        Assert.Equal(expected, Agree(Bob, AlicePublic));
    }

    [Fact]
    public void A_public_value_that_begins_with_zeros_is_padded_to_64_bytes_and_agrees_with_or_without_them()
    {
        // About one exponent in 256 yields such a value; the first one from 1 on that does.
        var small = Enumerable.Range(1, 100_000)
            .Select(i => KeyAgreement.FromExponent([.. Hex("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"), (byte)(i >> 8), (byte)i]))
            .First(pair => pair.PublicValue.Span[0] == 0);

        Assert.Equal(DiffieHellmanGroup.ValueBytes, small.PublicValue.Length);
        var stripped = small.PublicValue.Span.TrimStart((byte)0);
        Assert.Equal(Agree(Server, small.PublicValue.Span), Agree(Server, stripped));
        Assert.Equal(Agree(small, ServerPublic), Agree(Server, stripped));
        Assert.Equal(Agree(Server, stripped), Agree(Server, [0, 0, 0, .. small.PublicValue.Span]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("01")]
    [InlineData("0000000001")]
    [InlineData(PrimeDigits)]
    [InlineData("00" + PrimeDigits)]
    [InlineData("ff84afce86ddfa527f136d10357528eefba0afef808f29174e3b6a9e970001717c8f106c41c161a6ce91057b34da62cbb87bfdc1b35c1b910fea72249d566b9f")]
    [InlineData("01" + PrimeDigits)]
    public void A_value_that_no_honest_peer_sends_is_refused_and_leaves_the_key_untouched(string digits)
    {
        var key = new byte[KeyAgreement.SessionKeyBytes];

        Assert.False(Server.TryAgree(Hex(digits), key));
        Assert.Equal(new byte[KeyAgreement.SessionKeyBytes], key);
    }

    [Fact]
    public void The_bounds_of_honest_values_are_two_and_the_prime_minus_two()
    {
        var key = new byte[KeyAgreement.SessionKeyBytes];
        var prime = Hex(PrimeDigits);
        byte[] Below(byte difference) => [.. prime[..^1], (byte)(prime[^1] - difference)];

        Assert.False(Server.TryAgree(Below(1), key));
        Assert.True(Server.TryAgree(Below(2), key));
        Assert.True(Server.TryAgree([2], key));
    }

    [Fact]
    public void Fresh_pairs_differ_and_agree()
    {
        var (one, other) = (KeyAgreement.Create(), KeyAgreement.Create());

        Assert.NotEqual(one.PublicValue.ToArray(), other.PublicValue.ToArray());
        Assert.Equal(Agree(one, other.PublicValue.Span), Agree(other, one.PublicValue.Span));
    }

    private static byte[] Agree(KeyAgreement own, ReadOnlySpan<byte> peer)
    {
        var key = new byte[KeyAgreement.SessionKeyBytes];
        Assert.True(own.TryAgree(peer, key));
        return key;
    }
}
