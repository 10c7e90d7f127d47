using Sametime.Contracts.Events;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Master;
using Sametime.Contracts.Wire.Directory;
using Sametime.Contracts.Wire.Resolve;
using Sametime.Contracts.Wire.Storage;
using Sametime.Tests.Unit.Community.Support;
using Sametime.Tests.Unit.ServerApplications;
using Xunit;

namespace Sametime.Tests.Unit.Community;

/// <summary>The services as a community has them: together or apart, and what they tell whom.</summary>
public sealed class ServiceTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task S116_All_services_do_the_same_in_one_application_and_each_in_its_own(bool apart)
    {
        await using var community = await TestCommunity.StartAsync(new CommunityPlan { Apart = apart });
        var applications = (await community.Hub.AskAsync(static hub => hub.Status.Participants())).Count(static p => p.Kind == ParticipantKind.Application);
        Assert.Equal(apart ? 7 : 1, applications);

        // Users and Privacy by the login; the others by what they answer.
        var (alice, bob) = (await community.LogInAsync("alice"), await community.LogInAsync("bob"));
        var resolve = await alice.OpenAsync(ServiceTypes.Resolve, ProtocolTypes.Resolve, ProtocolVersions.Resolve, Stop);
        await alice.SendPayloadAsync(resolve, new ResolveRequest(1, ["bob"], ResolveFlags.None));
        Assert.Equal("bob", (await alice.TakePayloadAsync<ResolveResponse>(resolve, Stop)).Results[0].Matches[0].Id);

        var directory = await alice.OpenAsync(ServiceTypes.Directory, ProtocolTypes.Directory, ProtocolVersions.Directory, Stop);
        await alice.SendPayloadAsync(directory, new DirectoryOpen(1, new DirectoryBook(1, "")));
        var opened = await alice.TakePayloadAsync<DirectoryOpened>(directory, Stop);
        await alice.SendPayloadAsync(directory, new DirectorySearch(2, opened.DirectoryId, 0x61, DirectorySearchOperation.Seek, "bob"));
        Assert.Equal("bob", (await alice.TakePayloadAsync<DirectoryFound>(directory, Stop)).Entries[0].Id);

        var storage = await alice.OpenAsync(ServiceTypes.Storage, ProtocolTypes.Storage, ProtocolVersions.Storage, Stop);
        await alice.SendPayloadAsync(storage, new StorageSave(2, [new StorageItem(7, new Opaque([1, 2, 3]))]));
        Assert.Equal(Reason.Success, (await alice.TakePayloadAsync<StorageSaved>(storage, Stop)).Result);
        await alice.SendPayloadAsync(storage, new StorageLoad(3, [7u]));
        Assert.Equal(new Opaque([1, 2, 3]), (await alice.TakePayloadAsync<StorageLoaded>(storage, Stop)).Items[0].Value);

        var list = await alice.OpenAsync(ServiceTypes.Awareness, ProtocolTypes.Awareness, ProtocolVersions.Awareness, Stop);
        await alice.SendPayloadAsync(list, new PresenceAdd([AwareId.OfUser("bob")]));
        Assert.True((await alice.TakePayloadAsync<PresenceSnapshot>(list, Stop)).Blocks[0].IsOnline);
        await bob.SendAsync(new SetPrivacyList(new PrivacyInfo(Deny: true, [new UserItem(new UserId("alice"))])));
        Assert.False((await alice.TakePayloadAsync<PresenceUpdate>(list, Stop)).Block.IsOnline);
    }

    [Fact]
    public async Task S098_S130_A_privacy_list_is_told_to_the_users_other_logins_and_to_his_next_one()
    {
        await using var community = await TestCommunity.StartAsync();
        var (first, second) = (await community.LogInAsync("alice"), await community.LogInAsync("alice"));
        await first.TakeAsync<SetPrivacyList>(Stop);
        await second.TakeAsync<SetPrivacyList>(Stop);
        var list = new PrivacyInfo(Deny: true, [new UserItem(new UserId("bob"))]);

        await first.SendAsync(new SetPrivacyList(list));
        Assert.Equal(list, (await second.TakeAsync<SetPrivacyList>(Stop)).Privacy);

        await first.LogOutAsync(Stop);
        await second.LogOutAsync(Stop);
        await community.UntilAsync(static hub => hub.Status.Logins == 0, "she is gone");
        Assert.Equal(list, (await community.LogInAsync("alice", from: "127.0.0.2")).Ack!.Privacy);
    }

    [Fact]
    public async Task S119_One_day_tells_a_subscriber_every_kind_of_community_event()
    {
        await using var community = await TestCommunity.StartAsync();
        var diary = new DiaryService();
        await community.AddApplicationAsync("diary", diary);
        var echo = await community.AddApplicationAsync("echo", new EchoService());
        var alice = await community.LogInAsync("alice");
        await alice.SendAsync(new SetUserStatus(new UserStatus(StatusCode.Away, 1, "lunch")));
        await alice.SendAsync(new SetPrivacyList(new PrivacyInfo(Deny: true, [new UserItem(new UserId("bob"))])));
        await alice.TakeAsync<SetPrivacyList>(Stop);
        await alice.TakeAsync<SetPrivacyList>(Stop);
        await alice.LogOutAsync(Stop);
        echo.Kill();

        string[] day =
        [
            "the present is told", "Application echo comes", $"service {EchoService.Echo} comes", "alice comes", "alice is Away", "alice changes whom she hides from",
            "alice goes: Success", $"service {EchoService.Echo} goes", "Application echo goes: ConnectionBroken",
        ];
        await TestCommunity.UntilAsync(() => Task.FromResult(diary.Lines.Contains(day[^1])), "the day is over");
        Assert.Equal(day, diary.Lines.SkipWhile(line => line != day[0]));
    }

    [Fact]
    public async Task S121_A_saved_value_is_told_once_to_each_other_login_of_the_user()
    {
        await using var community = await TestCommunity.StartAsync();
        var (first, second, third) = (await community.LogInAsync("alice"), await community.LogInAsync("alice"), await community.LogInAsync("alice"));
        var bob = await community.LogInAsync("bob");
        var storage = await first.OpenAsync(ServiceTypes.Storage, ProtocolTypes.Storage, ProtocolVersions.Storage, Stop);
        await first.SendPayloadAsync(storage, new StorageSave(1, [new StorageItem(100, new Opaque([9]))]));
        Assert.Equal(Reason.Success, (await first.TakePayloadAsync<StorageSaved>(storage, Stop)).Result);

        await second.TakeAsync<OneTime>(Stop);
        await third.TakeAsync<OneTime>(Stop);
        foreach (var login in new[] { first, second, third, bob })
            Assert.DoesNotContain(await login.AllSoFarAsync(Stop), static m => m.Type == MessageType.OneTime);
    }

    [Fact]
    public async Task S034_S131_What_is_stored_at_one_machine_is_there_at_another()
    {
        await using var community = await TestCommunity.StartAsync();
        var here = await community.LogInAsync("alice");
        var storage = await here.OpenAsync(ServiceTypes.Storage, ProtocolTypes.Storage, ProtocolVersions.Storage, Stop);
        await here.SendPayloadAsync(storage, new StorageSave(1, [new StorageItem(100, new Opaque([9, 8, 7]))]));
        await here.TakePayloadAsync<StorageSaved>(storage, Stop);
        await here.LogOutAsync(Stop);

        var there = await community.LogInAsync("alice", from: "127.0.0.2");
        storage = await there.OpenAsync(ServiceTypes.Storage, ProtocolTypes.Storage, ProtocolVersions.Storage, Stop);
        await there.SendPayloadAsync(storage, new StorageLoad(2, [100u]));
        Assert.Equal(new Opaque([9, 8, 7]), (await there.TakePayloadAsync<StorageLoaded>(storage, Stop)).Items[0].Value);
    }

    [Fact]
    public async Task S051_Idle_connections_of_every_kind_stay_up_by_keep_alives()
    {
        // However long a busy machine leaves one of them without an answer, that is not what would end it.
        var plan = new CommunityPlan { Link = { PingInterval = TimeSpan.FromMilliseconds(50), PingsMissedMax = int.MaxValue } };
        plan.Limits.KeepAliveAfter = TimeSpan.FromSeconds(1);
        await using var community = await TestCommunity.StartAsync(plan);
        var (edgeLink, applicationLink) = (community.AddRelay(community.Hub.LinkEndPoint), community.AddRelay(community.Hub.LinkEndPoint));
        var edge = await community.AddEdgeAsync("edge-2", via: edgeLink);
        await community.AddApplicationAsync("echo", applicationLink, new EchoService());
        var alice = await community.LogInAsync("alice", edge);
        await alice.AllSoFarAsync(Stop);
        var before = (Edge: edgeLink.Recorded().Length, Application: applicationLink.Recorded().Length);

        await TestCommunity.UntilAsync(() => Task.FromResult(alice.KeepAlives >= 2), "the client hears keep-alives");

        // Twenty questions or answers, of nine bytes each.
        await TestCommunity.UntilAsync(() => Task.FromResult(edgeLink.Recorded().Length - before.Edge >= 180), "the Edge's link is asked for signs of life");
        await TestCommunity.UntilAsync(
            () => Task.FromResult(applicationLink.Recorded().Length - before.Application >= 180), "the application's link is asked for signs of life");
        Assert.Equal((1, 1), (edgeLink.Accepted, applicationLink.Accepted));
        Assert.True(alice.IsConnected);
        Assert.Empty(community.Facts.Of<ParticipantLoggedOut>());
    }
}
