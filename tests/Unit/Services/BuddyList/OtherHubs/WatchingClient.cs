using System.Buffers;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Master;
using Sametime.Tests.Kit.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Services.BuddyList.OtherHubs;

/// <summary>What a client is shown of a user.</summary>
internal readonly record struct Sight(StatusCode Status, string Text, string Name, Opaque? Attribute)
{
    public static Sight Offline => new(StatusCode.Offline, "", "", null);
}

/// <summary>
/// A client with an awareness channel: what is true of it, and what it sees of others by what it was told and nothing else. That it is
/// told of somebody who hides from it fails the test at once (I7).
/// </summary>
internal sealed class WatchingClient
{
    private readonly ThreeHubs _community;
    private readonly ChannelId _channel;

    public WatchingClient(ThreeHubs community, FakeClient client, string user, string name, int hub)
    {
        (_community, Client, User, Name, Hub) = (community, client, user, name, hub);
        _channel = client.Create(ServiceTypes.Awareness, ProtocolTypes.Awareness, ProtocolVersions.Awareness);
        Send(new AttributeWatch([AttributeKeys.HasCamera]));
    }

    public FakeClient Client { get; }

    public string User { get; }

    /// <summary>The display name of this login.</summary>
    public string Name { get; }

    public int Hub { get; }

    public UserStatus Status { get; set; } = new(StatusCode.Active);

    public long SpokeAt { get; set; }

    public (Opaque Value, long At)? Attribute { get; set; }

    /// <summary>What it sees of each user whom it watches.</summary>
    public Dictionary<string, Sight> Seen { get; } = [];

    /// <summary>Messages about presence that it was sent.</summary>
    public int Told { get; private set; }

    public void Watch(params string[] users)
    {
        Send(new PresenceAdd([.. users.Select(AwareId.OfUser)]));
        _community.Settle();
    }

    public void Unwatch(string user)
    {
        Send(new PresenceRemove([AwareId.OfUser(user)]));
        _community.Settle();
        Seen.Remove(user);
    }

    public void Say(UserStatus status) => Client.Send(new SetUserStatus(status));

    public void SayPrivacy(PrivacyInfo list) => Client.Send(new SetPrivacyList(list));

    public void SayAttribute(Opaque? value)
    {
        if (value is { } set)
            Send(new AttributeSet(AttributeKeys.HasCamera, set));
        else
            Send(new AttributeUnset(AttributeKeys.HasCamera));
    }

    /// <summary>Takes in what has arrived.</summary>
    public void Look()
    {
        foreach (var send in Client.Inbox.TakeAll<ChannelSend>())
        {
            Told++;
            var reader = new WireReader(send.Data.Span);
            switch (send.PayloadType)
            {
                case AwarenessMessageTypes.Snapshot:
                    foreach (var block in PresenceSnapshot.Read(ref reader).Blocks)
                        See(block);
                    break;
                case AwarenessMessageTypes.Update:
                    See(PresenceUpdate.Read(ref reader).Block);
                    break;
                case AwarenessMessageTypes.AttributeSet:
                    var set = AttributeSetNotice.Read(ref reader);
                    AssertMaySee(set.Id.Id);
                    Seen[set.Id.Id] = Seen[set.Id.Id] with { Attribute = set.Value };
                    break;
                case AwarenessMessageTypes.AttributeUnset:
                    var unset = AttributeUnsetNotice.Read(ref reader);
                    Seen[unset.Id.Id] = Seen[unset.Id.Id] with { Attribute = null };
                    break;
            }
        }
    }

    private void See(PresenceBlock block)
    {
        if (block.IsOnline)
            AssertMaySee(block.Id.Id);
        var known = Seen.GetValueOrDefault(block.Id.Id, Sight.Offline);
        Seen[block.Id.Id] = block.IsOnline
            ? new Sight(block.Status.Status, block.Status.Description, block.DisplayName, known.Attribute)
            : Sight.Offline with { Attribute = known.Attribute };
    }

    private void AssertMaySee(string user) =>
        Assert.True(_community.MaySee(User, user), $"{User} at hub {Hub + 1} was told of {user}, who hides from it.");

    private void Send<TPayload>(TPayload payload)
        where TPayload : IPayload<TPayload>
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(output);
        payload.Write(ref writer);
        writer.Complete();
        Client.Say(_channel, output.WrittenSpan.ToArray(), TPayload.MessageType);
    }
}
