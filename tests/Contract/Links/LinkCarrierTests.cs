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

/// <summary>S055, S056: the broker as carrier between two hubs keeps what the others keep.</summary>
[Trait("Needs", "Servers")]
public sealed class BrokerLinkTests : LinkContract
{
    private protected override LinkCarrier Carrier { get; } = new BrokerCarrier();

    /// <summary>The key is the same for all hubs, but a hub that hears what goes to one queue cannot pass for another.</summary>
    [Fact]
    public async Task A_hub_that_calls_itself_another_than_its_queue_is_refused()
    {
        var hub = Carrier.Listen(Trust(LinkRole.Hub));
        var outer = Carrier.Connect(new LinkIdentity(LinkRole.Hub, "hub-3", LinkCarrier.OuterHub + 1), Trust().Key.ToArray());

        var failure = await outer.FailedAsync(Stop);

        Assert.Equal(Reason.NotAuthorized, failure.Reason);
        Assert.Contains("says that it is hub 3, but it is reached as hub 2", failure.Why, StringComparison.Ordinal);
        Assert.Equal(0, hub.OpenedCount);
    }
}

public sealed class TcpLinkTests : LinkContract
{
    private static readonly IReadOnlyList<IPNetwork> Elsewhere = [IPNetwork.Parse("192.0.2.0/24")];

    private protected override LinkCarrier Carrier { get; } = new TcpCarrier();

    public enum Place
    {
        Listed,
        Unlisted,
        UnsafeIpOnly,
    }

    public static TheoryData<LinkRole, Place, bool> Matrix
    {
        get
        {
            var cases = new TheoryData<LinkRole, Place, bool>();
            foreach (var role in Enum.GetValues<LinkRole>())
            {
                foreach (var place in Enum.GetValues<Place>())
                {
                    cases.Add(role, place, true);
                    cases.Add(role, place, false);
                }
            }
            return cases;
        }
    }

    /// <summary>
    /// S184, S185: for each kind of component, where it comes from and what it knows decide. The key opens nothing from
    /// elsewhere, the address nothing without the key, unless the operator has said that it is enough.
    /// </summary>
    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task A_component_needs_a_listed_address_and_the_key_or_an_address_trusted_alone(LinkRole role, Place place, bool knowsKey)
    {
        var listed = Only(role, place == Place.Listed ? LinkTrust.Loopback : Elsewhere);
        var hub = Carrier.Listen(new LinkTrust(Trust().Key, listed, place == Place.UnsafeIpOnly ? Only(role, LinkTrust.Loopback) : null));

        // Those whose address is trusted alone have no key; any other that they show is wrong.
        byte[]? key = place == Place.UnsafeIpOnly ? null : Trust().Key.ToArray();
        var outer = Carrier.Connect(new LinkIdentity(role, "node"), knowsKey ? key : [.. "another key"u8]);

        if (place != Place.Unlisted && knowsKey)
        {
            await outer.OpenedAsync(Stop);
            await hub.OpenedAsync(Stop);
            Assert.Equal(role, hub.Peer!.Role);
            return;
        }
        var failure = await outer.FailedAsync(Stop);
        Assert.Equal(Reason.NotAuthorized, failure.Reason);
        Assert.Contains(
            place == Place.Unlisted ? $"127.0.0.1 is not listed for the role {role}" : "does not know the shared key", failure.Why,
            StringComparison.Ordinal);
        Assert.Equal("127.0.0.1", (await hub.FailedAsync(Stop)).Address!.ToString());
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

    [Fact]
    public async Task The_key_opens_nothing_where_only_the_address_is_trusted()
    {
        var hub = Carrier.Listen(new LinkTrust(Trust().Key, Only(LinkRole.Edge, Elsewhere), Only(LinkRole.Edge, LinkTrust.Loopback)));

        var edge = Carrier.Connect(new LinkIdentity(LinkRole.Edge, "edge-7"), Trust().Key.ToArray());

        Assert.Equal(Reason.NotAuthorized, (await edge.FailedAsync(Stop)).Reason);
        Assert.Equal(0, hub.OpenedCount);
    }

    private static Dictionary<LinkRole, IReadOnlyList<IPNetwork>> Only(LinkRole role, IReadOnlyList<IPNetwork> networks) => new() { [role] = networks };
}
