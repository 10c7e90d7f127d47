using Sametime.Contracts.Events;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Applications.Awareness;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Providers;
using Sametime.Contracts.ServerApplications;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;
using Sametime.Contracts.Wire.Channels;
using Sametime.Services.BuddyList;
using Sametime.Tests.Kit.Loop;
using Sametime.Tests.Kit.Services;

namespace Sametime.Tests.Unit.Services.BuddyList.OtherHubs;

/// <summary>The Buddy List of hub 1; the test plays the hub, the clients, the Online Directory and the Buddy Lists of other hubs.</summary>
internal sealed class OneBuddyList : IGroupProvider, IEventPublisher
{
    private uint _lastWatcher = 1000;

    private OneBuddyList(BuddyListOptions options, ServerApplicationOptions application)
    {
        Service = new BuddyListService(this, this, options, Log);
        It = new ApplicationFixture(application, Service);
    }

    public BuddyListService Service { get; }

    /// <summary>The public groups of the directory.</summary>
    public Dictionary<string, UserId[]> Groups { get; } = [];

    /// <summary>What the directory fails with when it is asked for a group, if it does.</summary>
    public StoreException? GroupFailure { get; set; }

    /// <summary>What the directory waits for before it answers about a group, if it does.</summary>
    public TaskCompletionSource? GroupGate { get; set; }

    /// <summary>What was stated on the event plane.</summary>
    public List<IEvent> Facts { get; } = [];

    public LogLines<BuddyListService> Log { get; } = new();

    public ApplicationFixture It { get; }

    public FakeHub Hub => It.Hub;

    public ManualLoop Loop => It.Loop;

    /// <summary>What was asked of the Online Directory, and "-user" for who is to be looked for no longer.</summary>
    public IEnumerable<string> Asked => Hub.Frames.SelectMany(static frame =>
    {
        var reader = new WireReader(frame.Payload);
        return frame.Kind switch
        {
            LinkKind.Locate => Contracts.Link.Applications.Locate.Read(ref reader).Users.Select(static user => user.Value),
            LinkKind.Unlocate => Unlocate.Read(ref reader).Users.Select(static user => $"-{user.Value}"),
            _ => [],
        };
    });

    public static OneBuddyList Start(Action<BuddyListOptions>? configure = null, int? channelsMax = null)
    {
        var options = new BuddyListOptions();
        configure?.Invoke(options);
        var application = new ServerApplicationOptions();
        application.ChannelsMax = channelsMax ?? application.ChannelsMax;
        return new OneBuddyList(options, application);
    }

    /// <summary>The node of another hub.</summary>
    public static LoginId Node(ushort hub) => new(hub, 1, 1);

    public void LogIn(string user, uint number, PrivacyInfo? privacy = null) =>
        Hub.Raise(new LoggedIn(Logins.Of(user, number), ParticipantKind.User, new UserStatus(StatusCode.Active), privacy ?? PrivacyInfo.Everybody));

    public void LogOut(string user, uint number) => Hub.Raise(new LoggedOut(Logins.Of(user, number).LoginId, user, Reason.Success));

    public void Say(string user, uint number, UserStatus status) => Hub.Raise(new StatusChanged(Logins.Of(user, number).LoginId, user, status));

    /// <summary>Long enough for what was gathered to be told.</summary>
    public void Pass() => Loop.Advance(TimeSpan.FromMilliseconds(10));

    /// <summary>A client with an awareness channel that watches users.</summary>
    public ChannelId Watch(string watcher, uint login, params string[] users)
    {
        var channel = Hub.Open(ServiceTypes.Awareness, ProtocolTypes.Awareness, ProtocolVersions.Awareness, Logins.Of(watcher, login));
        Hub.Send(channel, new PresenceAdd([.. users.Select(AwareId.OfUser)]));
        return channel;
    }

    public ChannelId Watch(string watcher, params string[] users) => Watch(watcher, ++_lastWatcher, users);

    /// <summary>Another hub joins, and somebody watches a user who is there.</summary>
    public ChannelId WatchAt(ushort hub, string watcher, string user)
    {
        Join(hub);
        var channel = Watch(watcher, user);
        Locate(user, hub);
        return channel;
    }

    /// <summary>What a watcher is shown of the members of a public group that it adds, in the order of the group.</summary>
    public IReadOnlyList<PresenceBlock> MembersShown(ChannelId watcher, string group)
    {
        Hub.Send(watcher, new PresenceAdd([AwareId.OfPublicGroup(group)]));
        return [.. Hub.Payloads<PresenceSnapshot>(watcher)[^1].Blocks];
    }

    /// <summary>What a watcher knows of a user from the last that was told: whether he is online, and his status text.</summary>
    public (bool IsOnline, string Text) Seen(ChannelId watcher, string user)
    {
        PresenceBlock? seen = null;
        foreach (var message in Hub.Messages.Where(message => message.Channel == watcher && message.Type == MessageType.ChannelSend))
        {
            var send = message.As<ChannelSend>();
            var reader = new WireReader(send.Data.Span);
            if (send.PayloadType == PresenceSnapshot.MessageType)
                seen = PresenceSnapshot.Read(ref reader).Blocks.Where(block => block.Id.Id == user).Select(static block => (PresenceBlock?)block).LastOrDefault() ?? seen;
            else if (send.PayloadType == PresenceUpdate.MessageType && PresenceUpdate.Read(ref reader).Block is var block && block.Id.Id == user)
                seen = block;
        }
        return (seen!.Value.IsOnline, seen.Value.Status.Description ?? "");
    }

    /// <summary>Frames on the channel of a watcher.</summary>
    public int FramesTo(ChannelId watcher) => Hub.Messages.Count(message => message.Channel == watcher && message.Type == MessageType.ChannelSend);

    /// <summary>The Buddy List of another hub opens a channel and subscribes to users.</summary>
    public ChannelId Subscriber(params string[] users)
    {
        var channel = Hub.Open(CommunityServices.Awareness, PresencePayloads.Protocol, PresencePayloads.Version, Logins.Of("services", 1));
        Hub.Send(channel, new PresenceSubscribe([.. users]));
        Pass();
        return channel;
    }

    /// <summary>All parts told on a channel to another hub, in order.</summary>
    public IReadOnlyList<PresencePart> PartsTold(ChannelId subscriber) =>
        [.. Hub.Payloads<PresenceParts>(subscriber).SelectMany(static frame => frame.Parts.AsEnumerable())];

    /// <summary>The other end of a channel ends it.</summary>
    public void End(ChannelId channel, Reason reason = Reason.ConnectionBroken) => Hub.Message(channel, new ChannelDestroy(reason));

    /// <summary>Another hub has joined.</summary>
    public void Join(ushort hub) =>
        Hub.Raise(new ComponentChanged(ParticipantKind.Hub, $"hub-{hub}", Node(hub).ToString(), Up: true, Reason.Success));

    /// <summary>The Online Directory says where a user is now.</summary>
    public void Locate(string user, params ushort[] hubs) => Hub.Raise(new UserLocated(
        new UserId(user), [.. hubs.Select(static hub => new LocatedLogin(new LoginId(hub, 1, 7), Node(hub)))]));

    /// <summary>Channels asked for to another hub, by its node.</summary>
    public IReadOnlyList<ChannelId> Creates(ushort hub) =>
    [
        .. Hub.Messages.Where(static message => message.Type == MessageType.ChannelCreate).Select(static message => message.As<ChannelCreate>())
            .Where(create => create.Service == CommunityServices.Awareness && create.Target.User == Node(hub).ToString())
            .Select(static create => create.Channel),
    ];

    /// <summary>The other hub's Buddy List accepts the channel asked for last.</summary>
    public ChannelId Accept(ushort hub)
    {
        var channel = Creates(hub)[^1];
        Hub.Message(channel, new ChannelAccept
        {
            Service = CommunityServices.Awareness,
            Protocol = PresencePayloads.Protocol,
            Version = PresencePayloads.Version,
            Acceptor = Logins.Of("services", 2),
        });
        return channel;
    }

    /// <summary>Whom a channel to another hub asks for, in order; "-user" for who is no longer asked for.</summary>
    public IReadOnlyList<string> SubscribedOn(ChannelId channel)
    {
        List<string> users = [];
        foreach (var message in Hub.Messages.Where(message => message.Channel == channel && message.Type == MessageType.ChannelSend))
        {
            var send = message.As<ChannelSend>();
            var reader = new WireReader(send.Data.Span);
            if (send.PayloadType == PresencePayloads.Subscribe)
                users.AddRange(PresenceSubscribe.Read(ref reader).Users);
            else
                users.AddRange(PresenceUnsubscribe.Read(ref reader).Users.Select(static user => $"-{user}"));
        }
        return users;
    }

    /// <summary>The other hub's Buddy List tells how a user is there.</summary>
    public void Tell(ChannelId channel, string user, string? text, PrivacyInfo? privacy = null, long spokeAt = 1, params PresenceAttribute[] attributes)
    {
        var face = text is null
            ? PresenceFace.Offline
            : new PresenceFace(Node(9).ToString(), $"{user} Elsewhere", new UserStatus(StatusCode.Active, Description: text), new Moment(spokeAt));
        Hub.Send(channel, new PresenceParts([new PresencePart(user, face, Items.Create<PresenceAttribute>(attributes), privacy ?? PrivacyInfo.Everybody)]));
        Pass();
    }

    async ValueTask<GroupRecord?> IGroupProvider.FindGroupAsync(string id, CancellationToken stop)
    {
        if (GroupGate is { } gate)
            await gate.Task;
        return GroupFailure is { } failure ? throw failure : Groups.TryGetValue(id, out var members) ? new GroupRecord(id, [.. members]) : null;
    }

    ValueTask<Items<GroupRecord>> IGroupProvider.ListGroupsAsync(CancellationToken stop) => ValueTask.FromResult<Items<GroupRecord>>([]);

    bool IEventPublisher.TryPublish(IEvent fact, EventCause cause)
    {
        Facts.Add(fact);
        return true;
    }

    bool IEventPublisher.TryForward(EventEnvelope recorded) => true;
}
