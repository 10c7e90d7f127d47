using System.Text;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Master;
using Sametime.Contracts.Wire.Resolve;
using Sametime.Contracts.Wire.Session;
using Sametime.Contracts.Wire.Storage;

namespace Sametime.Tests.Unit.Community.Support;

/// <summary>What a client does in a day: status, attributes, storage, resolve, a refused call and a chat with itself.</summary>
internal static class ClientScript
{
    /// <summary>Plays it at an Edge; every answer in hex, with login IDs and the time of the login left out.</summary>
    public static async Task<string[]> PlayAsync(TestCommunity community, EdgePart edge, CancellationToken stop)
    {
        var client = await community.LogInAsync("alice", edge);
        var answers = new List<string> { Convert.ToHexString(Encoding.UTF8.GetBytes((client.Ack! with { Status = default }).ToString())) };
        await client.TakeAsync<SetPrivacyList>(stop);

        await client.SendAsync(new SetUserStatus(new UserStatus(StatusCode.Away, 77, "lunch")));
        await client.TakeAsync<SetUserStatus>(stop);
        var storage = await client.OpenAsync(ServiceTypes.Storage, ProtocolTypes.Storage, ProtocolVersions.Storage, stop);
        await client.SendPayloadAsync(storage, new StorageSave(1, [new StorageItem(200, new Opaque([1, 2, 3]))]));
        answers.Add((await client.TakePayloadAsync<StorageSaved>(storage, stop)).ToString());
        await client.SendPayloadAsync(storage, new StorageLoad(2, [200u, 201u]));
        answers.Add(await RawAsync(client, storage, stop));
        var resolve = await client.OpenAsync(ServiceTypes.Resolve, ProtocolTypes.Resolve, ProtocolVersions.Resolve, stop);
        await client.SendPayloadAsync(resolve, new ResolveRequest(3, ["alice", "nobody", "Bob E"], ResolveFlags.None));
        answers.Add(await RawAsync(client, resolve, stop));
        var presence = await client.OpenAsync(ServiceTypes.Awareness, ProtocolTypes.Awareness, ProtocolVersions.Awareness, stop);
        await client.SendPayloadAsync(presence, new PresenceAdd([AwareId.OfUser("alice"), AwareId.OfUser("bob")]));
        answers.Add(await RawAsync(client, presence, stop));
        var refused = await client.CreateImAsync("bob");
        answers.Add((await client.TakeAsync<ChannelDestroy>(stop, refused)).ToString());
        var (mine, theirs) = await client.ConverseAsync(client, stop);
        await client.SayAsync(mine, "to myself");
        answers.Add(await RawAsync(client, theirs, stop));
        await client.LogOutAsync(stop);
        await community.UntilAsync(static hub => hub.Status.Logins == 0, "the login is over");
        return [.. answers.Select(answer => WithoutIds(answer, client.LoginId))];
    }

    private static async Task<string> RawAsync(Kit.Clients.CommunityClient client, ChannelId channel, CancellationToken stop) =>
        Convert.ToHexString((await client.TakeAsync<ChannelSend>(stop, channel)).Data.Span);

    private static string WithoutIds(string answer, string loginId) => answer
        .Replace(Convert.ToHexString(Encoding.UTF8.GetBytes(loginId)), "ID", StringComparison.Ordinal)
        .Replace(loginId, "ID", StringComparison.Ordinal);
}
