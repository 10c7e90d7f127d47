using System.Net;
using Sametime.Contracts.Link;
using Sametime.Contracts.Wire;
using Xunit;

namespace Sametime.Tests.Contract.Links;

public sealed class InProcessLinkOnOneLoopTests : LinkContract
{
    private protected override LinkCarrier Carrier { get; } = new InProcessCarrier(isOneLoop: true);
}

public sealed class InProcessLinkOnTwoLoopsTests : LinkContract
{
    private protected override LinkCarrier Carrier { get; } = new InProcessCarrier(isOneLoop: false);
}

public sealed class TcpLinkTests : LinkContract
{
    private static readonly IReadOnlyList<IPNetwork> Elsewhere = [IPNetwork.Parse("192.0.2.0/24")];

    private protected override LinkCarrier Carrier { get; } = new TcpCarrier();

    /// <summary>S184: the key alone is not enough.</summary>
    [Theory]
    [InlineData(LinkRole.Edge)]
    [InlineData(LinkRole.Hub)]
    [InlineData(LinkRole.Application)]
    public async Task An_address_that_is_not_listed_is_refused_and_the_connecting_end_learns_why(LinkRole role)
    {
        var hub = Carrier.Listen(Trust(role) with { Listed = Only(role, Elsewhere) });
        var outer = Carrier.Connect(new LinkIdentity(role, "node"), Trust().Key.ToArray());

        var failure = await outer.FailedAsync(Stop);

        Assert.Equal(Reason.NotAuthorized, failure.Reason);
        Assert.Contains($"127.0.0.1 is not listed for the role {role}", failure.Why, StringComparison.Ordinal);
        Assert.Equal(0, hub.OpenedCount);
    }

    [Fact]
    public async Task An_address_trusted_alone_needs_no_key_but_only_for_its_role()
    {
        var hub = Carrier.Listen(new LinkTrust(Trust().Key, Only(LinkRole.Edge, Elsewhere), Only(LinkRole.Application, LinkTrust.Loopback)));

        var application = Carrier.Connect(new LinkIdentity(LinkRole.Application, "old-one"), null);
        await application.OpenedAsync(Stop);
        await hub.OpenedAsync(Stop);
        var edge = Carrier.Connect(new LinkIdentity(LinkRole.Edge, "edge-7"), null);

        Assert.Equal(Reason.NotAuthorized, (await edge.FailedAsync(Stop)).Reason);
        Assert.Equal(1, hub.OpenedCount);
    }

    private static Dictionary<LinkRole, IReadOnlyList<IPNetwork>> Only(LinkRole role, IReadOnlyList<IPNetwork> networks) => new() { [role] = networks };
}
