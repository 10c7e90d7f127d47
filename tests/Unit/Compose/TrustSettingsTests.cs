using System.Net;
using Sametime.Compose.Settings;
using Sametime.Contracts.Link;
using Xunit;

namespace Sametime.Tests.Unit.Compose;

/// <summary>What the settings say of who may link: each list counts for its own kind of component only.</summary>
public sealed class TrustSettingsTests
{
    private static readonly IPAddress Far = IPAddress.Parse("10.1.1.1");
    private static readonly IPAddress Here = IPAddress.Loopback;

    [Theory]
    [InlineData(LinkRole.Edge)]
    [InlineData(LinkRole.Application)]
    public void A_list_opens_its_own_role_and_closes_this_machine_and_the_other_stays_as_it_was(LinkRole role)
    {
        var other = role == LinkRole.Edge ? LinkRole.Application : LinkRole.Edge;
        string[] networks = ["10.0.0.0/8"];
        var options = role == LinkRole.Edge ? new TrustOptions { Edges = networks } : new TrustOptions { Applications = networks };

        var trust = options.ToTrust("a key"u8.ToArray(), new UnsafeOptions(), role, other);

        Assert.Equal((true, false), (trust.IsListed(role, Far), trust.IsListed(role, Here)));
        Assert.Equal((false, true), (trust.IsListed(other, Far), trust.IsListed(other, Here)));
        Assert.Equal("a key"u8.ToArray(), trust.Key.ToArray());
        Assert.False(trust.IsAccepted(LinkRole.Hub));
    }

    [Theory]
    [InlineData(LinkRole.Edge)]
    [InlineData(LinkRole.Application)]
    public void An_unsafe_list_lets_its_own_role_do_without_the_key(LinkRole role)
    {
        var other = role == LinkRole.Edge ? LinkRole.Application : LinkRole.Edge;
        string[] networks = ["10.0.0.0/8"];
        var weaker = role == LinkRole.Edge ? new UnsafeOptions { IpOnlyEdges = networks } : new UnsafeOptions { IpOnlyApplications = networks };

        var trust = new TrustOptions().ToTrust(default, weaker, role, other);

        Assert.Equal((true, false), (trust.IsTrustedByAddressAlone(role, Far), trust.IsTrustedByAddressAlone(role, Here)));
        Assert.False(trust.IsTrustedByAddressAlone(other, Far));
        Assert.False(trust.IsListed(role, Far));
    }
}
