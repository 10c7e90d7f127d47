using System.Net;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Storage;
using Sametime.Tests.Kit.Clients;
using Sametime.Tests.Unit.Community.Support;
using Xunit;

namespace Sametime.Tests.Unit.Community;

/// <summary>Two sites, each a hub with an Edge, services and a store of its own; the hubs are linked, and users have homes.</summary>
public sealed class HomeLoginTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task S074_S075_A_login_at_the_wrong_hub_ends_up_at_its_home_over_one_connection()
    {
        await using var sites = await TwoSites.StartAsync(home: "hub-1");
        var line = sites.South.AddRelay(sites.South.Edge.EndPoint);
        var away = await sites.South.LogInAsync("alice", via: line.EndPoint);
        var direct = await sites.North.LogInAsync("alice");

        Assert.All([away, direct], static login => Assert.StartsWith("0001", HubPartOf(login.LoginId), StringComparison.Ordinal));
        Assert.Equal(1, line.Accepted);
        Assert.Equal("hub-1", away.Ack!.Login.Details!.ServerId);
        Assert.Equal(0, await sites.South.Hub.AskAsync(static hub => hub.Status.Logins));

        // He is a client like any other: he is seen, called, and heard.
        var bob = await sites.North.LogInAsync("bob");
        var (mine, theirs) = await bob.ConverseAsync(away, Stop);
        await away.SayAsync(theirs, "from the other site");
        Assert.Equal("from the other site", await bob.HearAsync(mine, Stop));
    }

    [Fact]
    public async Task S070_S073_Storage_of_a_user_is_answered_by_his_home_wherever_he_connects()
    {
        await using var sites = await TwoSites.StartAsync(home: "hub-1");
        var away = await sites.South.LogInAsync("alice");
        await SaveAsync(away, 7, [1, 2, 3]);

        Assert.Equal(new Opaque([1, 2, 3]), await sites.North.StoredAsync("alice", 7));
        Assert.Null(await sites.South.StoredAsync("alice", 7));
        var listed = (await sites.North.Hub.AskAsync(static hub => hub.Status.Participants())).Single(static p => p.UserId == "alice");
        Assert.Equal("hub-1", listed.Hub);
    }

    [Fact]
    public async Task S071_What_is_changed_at_home_is_seen_by_the_next_login_elsewhere()
    {
        await using var sites = await TwoSites.StartAsync(home: "hub-1");
        var atHome = await sites.North.LogInAsync("alice");
        await SaveAsync(atHome, 7, [9]);
        await atHome.LogOutAsync(Stop);
        var away = await sites.South.LogInAsync("alice");
        Assert.Equal(new Opaque([9]), await LoadAsync(away, 7));
    }

    [Fact]
    public async Task S072_A_home_that_is_changed_in_the_directory_moves_the_next_login()
    {
        await using var sites = await TwoSites.StartAsync(home: "hub-1");
        var first = await sites.South.LogInAsync("alice");
        Assert.StartsWith("0001", HubPartOf(first.LoginId), StringComparison.Ordinal);
        await first.LogOutAsync(Stop);
        await sites.North.UntilAsync(static hub => hub.Status.Logins == 0, "she is gone");

        await sites.North.SetHomeAsync("alice", "hub-2");
        await sites.South.SetHomeAsync("alice", "hub-2");
        await sites.KnownEverywhereAsync();
        Assert.StartsWith("0002", HubPartOf((await sites.North.LogInAsync("alice")).LoginId), StringComparison.Ordinal);
    }

    [Fact]
    public async Task S087_S089_A_cluster_named_as_home_takes_the_login_at_any_member()
    {
        await using var sites = await TwoSites.StartAsync(home: "both", cluster: "both");
        Assert.StartsWith("0001", HubPartOf((await sites.North.LogInAsync("alice")).LoginId), StringComparison.Ordinal);
        Assert.StartsWith("0002", HubPartOf((await sites.South.LogInAsync("bob")).LoginId), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_single_machine_rule_holds_for_a_login_that_was_sent_home()
    {
        await using var sites = await TwoSites.StartAsync(home: "hub-1");
        var old = await sites.North.LogInAsync("alice", from: "127.0.0.2");
        var fresh = await sites.South.LogInAsync("alice", from: "127.0.0.3");
        Assert.Equal(Reason.MultiServerLogin, (await old.TakeAsync<ChannelDestroy>(Stop, ChannelId.Master)).Reason);
        Assert.True(fresh.IsConnected);
    }

    [Fact]
    public async Task S092_Behind_a_load_balancer_login_redirect_and_single_machine_rule_go_by_the_clients_own_address()
    {
        var ofBalancer = IPAddress.Parse("127.0.0.9");
        await using var sites = await TwoSites.StartAsync(home: "hub-1", balancers: [$"{ofBalancer}/32"]);
        await using var balancer = new Balancer(ofBalancer, sites.South.Edge.EndPoint, sites.North.Edge.EndPoint);

        // The first two connections go to either Edge, and the one at the wrong hub is taken home.
        var first = await sites.North.LogInAsync("alice", from: "127.0.0.2", via: balancer.EndPoint);
        var second = await sites.North.LogInAsync("alice", from: "127.0.0.2", via: balancer.EndPoint);
        Assert.All([first, second], static login => Assert.Equal("hub-1", login.Ack!.Login.Details!.ServerId));
        var fresh = await sites.North.LogInAsync("alice", from: "127.0.0.3", via: balancer.EndPoint);
        foreach (var old in new[] { first, second })
            Assert.Equal(Reason.MultiServerLogin, (await old.TakeAsync<ChannelDestroy>(Stop, ChannelId.Master)).Reason);
        Assert.True(fresh.IsConnected);
        Assert.Equal(0x7f000003u, fresh.Ack!.Login.Details!.Address);
    }

    [Fact]
    public async Task S066_When_a_hub_of_a_cluster_dies_its_users_are_back_at_the_other_and_chat_on()
    {
        await using var sites = await TwoSites.StartAsync(home: "both", cluster: "both");
        var shared = await sites.AddSharedEdgeAsync();
        var (alice, bob) = (await sites.North.LogInAsync("alice", shared), await sites.North.LogInAsync("bob", shared));
        var hubs = new[] { alice, bob }.Select(static client => HubPartOf(client.LoginId)).ToArray();
        Assert.NotEqual(hubs[0], hubs[1]);

        // Rotation has put one at each hub; the one whose hub is lost is told so, and the other one stays.
        var (lost, stays) = hubs[0].StartsWith("0001", StringComparison.Ordinal) ? (alice, bob) : (bob, alice);
        sites.North.Hub.Kill();
        Assert.Equal(Reason.ConnectionBroken, (await lost.TakeAsync<ChannelDestroy>(Stop, ChannelId.Master)).Reason);

        // At the first attempt, and while no link is found dead by its silence.
        var back = await sites.North.LogInAsync(lost.UserId, shared);
        Assert.NotEqual(HubPartOf(lost.LoginId), HubPartOf(back.LoginId));
        Assert.True(stays.IsConnected);

        var (mine, theirs) = await back.ConverseAsync(stays, Stop);
        await back.SayAsync(mine, "again");
        Assert.Equal("again", await stays.HearAsync(theirs, Stop));
    }

    private static string HubPartOf(string loginId)
    {
        Assert.True(LoginId.TryParse(loginId, out var id));
        return id.Hub.ToString("d4", System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task SaveAsync(CommunityClient client, uint key, byte[] value)
    {
        var storage = await client.OpenAsync(ServiceTypes.Storage, ProtocolTypes.Storage, ProtocolVersions.Storage, Stop);
        await client.SendPayloadAsync(storage, new StorageSave(2, [new StorageItem(key, new Opaque(value))]));
        Assert.Equal(Reason.Success, (await client.TakePayloadAsync<StorageSaved>(storage, Stop)).Result);
    }

    private static async Task<Opaque> LoadAsync(CommunityClient client, uint key)
    {
        var storage = await client.OpenAsync(ServiceTypes.Storage, ProtocolTypes.Storage, ProtocolVersions.Storage, Stop);
        await client.SendPayloadAsync(storage, new StorageLoad(3, [key]));
        return (await client.TakePayloadAsync<StorageLoaded>(storage, Stop)).Items[0].Value;
    }
}
