using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Sametime.Contracts.Link;
using Sametime.Contracts.Wire;
using Xunit;

namespace Sametime.Tests.Contract.Links;

/// <summary>What every carrier of links must do. One class a carrier runs it.</summary>
public abstract class LinkContract : IDisposable
{
    private static readonly byte[] Key = Encoding.UTF8.GetBytes("a shared key of this community");

    private protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    private protected abstract LinkCarrier Carrier { get; }

    public static TheoryData<LinkRole, LinkRole> RolePairs
    {
        get
        {
            var roles = Enum.GetValues<LinkRole>();
            var pairs = new TheoryData<LinkRole, LinkRole>();
            foreach (var listed in roles)
            {
                foreach (var claimed in roles)
                    pairs.Add(listed, claimed);
            }
            return pairs;
        }
    }

    public void Dispose()
    {
        Carrier.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Both_ends_know_each_other_when_the_link_opens()
    {
        var (outer, hub) = await OpenAsync();

        Assert.Equal((LinkRole.Hub, "hub-1", (ushort)1), (outer.Peer!.Role, outer.Peer.Name, outer.Peer.HubNumber));
        Assert.Equal((LinkRole.Edge, "edge-7", (ushort)0), (hub.Peer!.Role, hub.Peer.Name, hub.Peer.HubNumber));
    }

    [Fact]
    public async Task A_hundred_thousand_frames_arrive_in_order_in_both_directions()
    {
        const int Count = 100_000;
        var (outer, hub) = await OpenAsync();

        await Task.WhenAll(outer.SendNumbersAsync(Count), hub.SendNumbersAsync(Count));
        await Task.WhenAll(outer.ReceivedAsync(Count, Stop), hub.ReceivedAsync(Count, Stop));

        Assert.Equal(Enumerable.Range(0, Count), outer.Handles);
        Assert.Equal(Enumerable.Range(0, Count), hub.Handles);
    }

    [Fact]
    public async Task The_largest_frame_arrives_whole_and_a_larger_one_cannot_be_sent()
    {
        var (outer, hub) = await OpenAsync();
        var payload = new byte[LinkLimits.FrameBytesMax - 5];
        new Random(7).NextBytes(payload);

        await outer.DoAsync(link => link.Send(LinkKind.Message, 1, payload.AsSpan(0, 100), payload.AsSpan(100)));
        await hub.ReceivedAsync(1, Stop);

        Assert.Equal(payload, hub.LastPayload);
        await Assert.ThrowsAsync<ArgumentException>(() => outer.DoAsync(link => link.Send(LinkKind.Message, 1, payload, [0])));
    }

    [Fact]
    public async Task What_waits_shows_as_queued_bytes_until_it_has_left()
    {
        const int Count = 64;
        var (outer, hub) = await OpenAsync();
        var block = new byte[1024 * 1024];

        var queued = await outer.DoAsync(link =>
        {
            for (var i = 0; i < Count; i++)
                link.Send(LinkKind.Message, (uint)i, block, []);
            return link.QueuedBytes;
        });
        await hub.ReceivedAsync(Count, Stop);

        Assert.True(queued >= Count * block.Length);
        await outer.UntilAsync(link => link.QueuedBytes == 0, Stop);
        Assert.Equal(Enumerable.Range(0, Count), hub.Handles);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Closing_from_either_side_is_heard_once_at_both_ends_with_its_reason(bool fromOuter)
    {
        var (outer, hub) = await OpenAsync();
        var (closing, other) = fromOuter ? (outer, hub) : (hub, outer);

        await closing.DoAsync(link =>
        {
            link.Send(LinkKind.Message, 5, [], []);
            link.Close(Reason.ServerFull);
            link.Close(Reason.Failure);
            link.Send(LinkKind.Message, 6, [], []);
        });

        Assert.Equal(Reason.ServerFull, await other.ClosedAsync(Stop));
        Assert.Equal(Reason.ServerFull, await closing.ClosedAsync(Stop));
        Assert.Equal([5], other.Handles);
        Assert.Equal((1, 1), (other.ClosedCount, closing.ClosedCount));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_that_dies_inside_a_frame_ends_the_link_without_that_frame(bool isReset)
    {
        var (outer, hub) = await OpenAsync();

        await outer.DoAsync(_ =>
        {
            outer.Stream!.Output.Write(PartOfFrame());
            outer.Stream.Flush();
        });
        await outer.DoAsync(_ =>
        {
            if (isReset)
                outer.Stream!.Abort();
            else
                outer.Stream!.Close(TimeSpan.FromSeconds(10));
        });

        Assert.Equal(Reason.ConnectionBroken, await hub.ClosedAsync(Stop));
        Assert.Empty(hub.Handles);
    }

    [Fact]
    public async Task Only_the_other_end_of_the_same_link_opens_a_seal()
    {
        var hub = Carrier.Listen(Trust(LinkRole.Edge));
        var first = Carrier.Connect(new LinkIdentity(LinkRole.Edge, "edge-1"), Key);
        await first.OpenedAsync(Stop);
        await hub.OpenedAsync(Stop);
        var second = Carrier.Connect(new LinkIdentity(LinkRole.Edge, "edge-2"), Key);
        await second.OpenedAsync(Stop);
        await hub.OpenedAsync(2, Stop);

        var seal = await first.DoAsync(link => link.Seal("secret"u8));
        var again = await first.DoAsync(link => link.Seal("secret"u8));
        var altered = seal.Span.ToArray();
        altered[^1] ^= 1;

        Assert.NotEqual(seal, again);
        Assert.Equal("secret"u8.ToArray(), await hub.DoAsync("edge-1", link => link.Open(seal)));
        Assert.Null(await hub.DoAsync("edge-1", link => link.Open(new Opaque(altered))));
        Assert.Null(await hub.DoAsync("edge-2", link => link.Open(seal)));
        Assert.Null(await first.DoAsync(link => link.Open(seal)));
        Assert.Null(await hub.DoAsync("edge-1", link => link.Open(Opaque.Empty)));
    }

    [Fact]
    public async Task A_wrong_key_is_refused_and_the_connecting_end_learns_why()
    {
        var hub = Carrier.Listen(Trust(LinkRole.Edge));
        var outer = Carrier.Connect(new LinkIdentity(LinkRole.Edge, "edge-7"), "another key"u8.ToArray());

        var failure = await outer.FailedAsync(Stop);

        Assert.Equal(Reason.NotAuthorized, failure.Reason);
        Assert.Contains("does not know the shared key", failure.Why, StringComparison.Ordinal);
        Assert.Equal(Reason.NotAuthorized, (await hub.FailedAsync(Stop)).Reason);
        Assert.Equal(0, hub.OpenedCount);
    }

    [Fact]
    public async Task An_empty_key_opens_nothing()
    {
        var hub = Carrier.Listen(new LinkTrust(default, Trust(LinkRole.Edge).Listed));
        var outer = Carrier.Connect(new LinkIdentity(LinkRole.Edge, "edge-7"), default);

        Assert.Equal(Reason.NotAuthorized, (await outer.FailedAsync(Stop)).Reason);
        Assert.Equal(0, hub.OpenedCount);
    }

    /// <summary>S184, S185: each kind of component is let in as itself and as nothing else.</summary>
    [Theory]
    [MemberData(nameof(RolePairs))]
    public async Task A_component_is_accepted_as_the_role_it_is_listed_for_and_no_other(LinkRole listed, LinkRole claimed)
    {
        var hub = Carrier.Listen(Trust(listed));
        var outer = Carrier.Connect(new LinkIdentity(claimed, "node", LinkCarrier.OuterHub), Key);

        if (listed == claimed)
        {
            await outer.OpenedAsync(Stop);
            await hub.OpenedAsync(Stop);
            Assert.Equal(claimed, hub.Peer!.Role);
            return;
        }
        var failure = await outer.FailedAsync(Stop);
        Assert.Equal(Reason.NotAuthorized, failure.Reason);
        Assert.Contains($"role {claimed} are not accepted", failure.Why, StringComparison.Ordinal);
        Assert.Equal(0, hub.OpenedCount);
    }

    private protected static LinkTrust Trust(params ReadOnlySpan<LinkRole> roles) => LinkTrust.OfLoopback(Key, roles);

    private static byte[] PartOfFrame()
    {
        var part = new byte[50];
        BinaryPrimitives.WriteInt32BigEndian(part, 1000);
        part[4] = (byte)LinkKind.Message;
        return part;
    }

    private protected async Task<(LinkEnd Outer, LinkEnd Hub)> OpenAsync()
    {
        var hub = Carrier.Listen(Trust(LinkRole.Edge));
        var outer = Carrier.Connect(new LinkIdentity(LinkRole.Edge, "edge-7"), Key);
        await outer.OpenedAsync(Stop);
        await hub.OpenedAsync(Stop);
        return (outer, hub);
    }
}
