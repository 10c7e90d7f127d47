using System.Net;
using Sametime.Contracts.Link;
using Xunit;

namespace Sametime.Tests.Unit.Link;

/// <summary>Who may link by the key, who by his address alone, and who not at all.</summary>
public sealed class LinkTrustTests
{
    private static readonly LinkTrust Trust = new(
        "a key"u8.ToArray(),
        new Dictionary<LinkRole, IReadOnlyList<IPNetwork>>
        {
            [LinkRole.Edge] = [IPNetwork.Parse("10.1.0.0/16"), IPNetwork.Parse("fd00::/8")],
            [LinkRole.Hub] = [],
        },
        new Dictionary<LinkRole, IReadOnlyList<IPNetwork>> { [LinkRole.Application] = [IPNetwork.Parse("10.2.0.7/32")] });

    [Theory]
    [InlineData(LinkRole.Edge, "10.1.255.1", true, true, false)]
    [InlineData(LinkRole.Edge, "10.2.0.7", true, false, false)]
    [InlineData(LinkRole.Edge, "::ffff:10.1.0.1", true, true, false)]
    [InlineData(LinkRole.Edge, "fd12::1", true, true, false)]
    [InlineData(LinkRole.Edge, null, true, true, false)]
    [InlineData(LinkRole.Hub, "10.1.0.1", true, false, false)]
    [InlineData(LinkRole.Hub, null, true, true, false)]
    [InlineData(LinkRole.Application, "10.2.0.7", true, false, true)]
    [InlineData(LinkRole.Application, "::ffff:10.2.0.7", true, false, true)]
    [InlineData(LinkRole.Application, "10.2.0.8", true, false, false)]
    [InlineData(LinkRole.Application, null, true, false, false)]
    [InlineData((LinkRole)99, "10.1.0.1", false, false, false)]
    [InlineData((LinkRole)99, null, false, false, false)]
    public void An_address_counts_for_the_role_that_it_is_listed_for(LinkRole role, string? address, bool isAccepted, bool isListed, bool isTrusted)
    {
        var from = address is null ? null : IPAddress.Parse(address);

        Assert.Equal((isAccepted, isListed, isTrusted), (Trust.IsAccepted(role), Trust.IsListed(role, from), Trust.IsTrustedByAddressAlone(role, from)));
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.8.8.8", true)]
    [InlineData("::1", true)]
    [InlineData("::2", false)]
    [InlineData("128.0.0.1", false)]
    public void This_machine_is_all_of_its_loopback_addresses_and_no_other(string address, bool isListed)
    {
        var trust = LinkTrust.OfLoopback("a key"u8.ToArray(), LinkRole.Edge, LinkRole.Hub);

        Assert.Equal(isListed, trust.IsListed(LinkRole.Edge, IPAddress.Parse(address)));
        Assert.Equal(isListed, trust.IsListed(LinkRole.Hub, IPAddress.Parse(address)));
        Assert.False(trust.IsAccepted(LinkRole.Application));
        Assert.False(trust.IsTrustedByAddressAlone(LinkRole.Edge, IPAddress.Parse(address)));
    }
}
