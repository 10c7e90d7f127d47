using Microsoft.Extensions.Logging;
using Sametime.Contracts.Events;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Applications.Awareness;
using Sametime.Contracts.Providers;
using Sametime.Contracts.ServerApplications;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;
using Sametime.Services.BuddyList.OtherHubs;

namespace Sametime.Services.BuddyList;

/// <summary>
/// Buddy List, the awareness service: a client says whom it watches, hears once how they are, and then of changes only (S101..S103).
/// This class translates between channels, community events and <see cref="AwarenessState"/>, which decides.
/// </summary>
internal sealed partial class BuddyListService : IService, IAwarenessOutbox
{
    private readonly IGroupProvider _groups;
    private readonly IEventPublisher _facts;
    private readonly BuddyListOptions _options;
    private readonly ILogger _log;
    private AwarenessState? _state;
    private ServerApplication? _application;
    private Subscriptions? _subscriptions;
    private IDisposable? _flush;
    private bool _hasFlushed;
    private long _flushedAt;

    public BuddyListService(IGroupProvider groups, IEventPublisher facts, BuddyListOptions options, ILogger<BuddyListService> log) =>
        (_groups, _facts, _options, _log) = (groups, facts, options, log);

    /// <summary>Channels to Buddy Lists of other hubs, open or being opened.</summary>
    public int ChannelsToHubs => _subscriptions?.ChannelCount ?? 0;

    /// <summary>Users who are online or watched.</summary>
    public int UserCount => State.UserCount;

    private ServerApplication Application => _application ?? throw new InvalidOperationException("The service is not hosted yet.");

    private AwarenessState State => _state ?? throw new InvalidOperationException("The service is not hosted yet.");

    public void Describe(ServiceTable table)
    {
        _application = table.Application;
        _state = new AwarenessState(this, _options, table.Application.Loop.Time);
        table.Provides(ServiceTypes.Awareness, ServiceScope.Global, ProtocolTypes.Awareness, ProtocolVersions.Awareness)
            .Opens(Open)
            .OnAsync<PresenceAdd>(AddAsync)
            .On<PresenceRemove>((channel, request) => State.Remove(WatcherOf(channel), request.Ids.Span))
            .On<AttributeSet>(SetAttribute)
            .On<AttributeUnset>(UnsetAttribute)
            .On<AttributeWatch>(WatchAttributes)
            .Closes((channel, _) => State.Close(WatcherOf(channel)));
        table.Hears<LoggedIn>(fact => Heard(fact, State.LogIn))
            .Hears<LoggedOut>(fact => Heard(fact, State.LogOut))
            .Hears<StatusChanged>(fact => Heard(fact, State.SetStatus))
            .Hears<PrivacyChanged>(fact => Heard(fact, State.SetPrivacy))
            .Disconnects(Forget);
        _ = new Subscribers(table, State, ScheduleFlush, _options);
        _subscriptions = new Subscriptions(table, State, ScheduleFlush, _options, _log);
    }

    void IAwarenessOutbox.Snapshot(ChannelId watcher, ReadOnlySpan<PresenceBlock> blocks)
    {
        var start = 0;
        var bytes = 0;
        for (var i = 0; i < blocks.Length; i++)
        {
            bytes += BytesMax(blocks[i]);
            if (bytes <= _options.SnapshotBytesMax || i == start)
                continue;
            Application.SendToMany([watcher], new PresenceSnapshot(Items.Create(blocks[start..i])));
            (start, bytes) = (i, BytesMax(blocks[i]));
        }
        Application.SendToMany([watcher], new PresenceSnapshot(Items.Create(blocks[start..])));
    }

    void IAwarenessOutbox.Group(ChannelId watcher, AwareId group) => Application.SendToMany([watcher], new PresenceGroup(group));

    void IAwarenessOutbox.Update(ReadOnlySpan<ChannelId> watchers, in PresenceBlock block) =>
        Application.SendToMany(watchers, new PresenceUpdate(block));

    void IAwarenessOutbox.AttributeSet(ReadOnlySpan<ChannelId> watchers, AwareId id, uint key, Opaque value) =>
        Application.SendToMany(watchers, new AttributeSetNotice(id, key, value));

    void IAwarenessOutbox.Parts(ChannelId subscriber, ReadOnlySpan<PresencePart> parts)
    {
        var start = 0;
        var bytes = 0;
        for (var i = 0; i < parts.Length; i++)
        {
            var more = BytesMax(parts[i]);
            if (bytes + more > _options.SnapshotBytesMax && i > start)
            {
                Application.SendToMany([subscriber], new PresenceParts(Items.Create(parts[start..i])));
                (start, bytes) = (i, 0);
            }
            bytes += more;
        }
        Application.SendToMany([subscriber], new PresenceParts(Items.Create(parts[start..])));
    }

    void IAwarenessOutbox.AttributeUnset(ReadOnlySpan<ChannelId> watchers, AwareId id, uint key) =>
        Application.SendToMany(watchers, new AttributeUnsetNotice(id, key));

    private static Watcher WatcherOf(ServiceChannel channel) => (Watcher)channel.Tag!;

    // Fixed fields take less than 64 bytes, a character at most three.
    private static int BytesMax(in PresenceBlock block) =>
        64 + (3 * (block.Id.Id.Length + block.Id.Community.Length + block.Group.Length + block.DisplayName.Length + (block.Status.Description?.Length ?? 0)));

    private static int BytesMax(in PresencePart part)
    {
        var bytes = 64 + (3 * part.User.Length);
        if (part.Face is { } face)
            bytes += 64 + (3 * (face.LoginId.Length + face.DisplayName.Length + (face.Status.Description?.Length ?? 0)));
        foreach (var attribute in part.Attributes ?? [])
            bytes += 16 + attribute.Value.Length;
        foreach (var user in part.Privacy?.Users ?? [])
            bytes += 16 + (3 * user.User.Value.Length);
        return bytes;
    }

    private void Open(ServiceChannel channel, Opaque additionalData)
    {
        if (State.Open(channel.Id, channel.Peer) is not { } watcher)
        {
            channel.Refuse(Reason.ChannelExists);
            return;
        }
        watcher.Line = channel;
        channel.Tag = watcher;
        channel.Accept();
    }

    private ValueTask AddAsync(ServiceChannel channel, PresenceAdd request, CancellationToken stop)
    {
        // It ended while this waited behind a group: there is nobody to tell, and on another link its number may be somebody else's.
        if (!channel.IsOpen)
            return ValueTask.CompletedTask;
        var groups = 0;
        foreach (var id in request.Ids)
            groups += id.Kind == AwareKind.PublicGroup ? 1 : 0;
        if (groups > 0)
            return AddWithGroupsAsync(channel, request, groups, stop);
        if (!State.Add(WatcherOf(channel), request.Ids.Span))
            channel.Destroy(Reason.RequestInvalid);
        return ValueTask.CompletedTask;
    }

    private async ValueTask AddWithGroupsAsync(ServiceChannel channel, PresenceAdd request, int groups, CancellationToken stop)
    {
        var watcher = WatcherOf(channel);
        AwareId[] others = [.. request.Ids.Where(static id => id.Kind != AwareKind.PublicGroup)];
        if (groups > _options.GroupsMax || !State.Add(watcher, others))
        {
            channel.Destroy(Reason.RequestInvalid);
            return;
        }
        foreach (var group in request.Ids.Where(static id => id.Kind == AwareKind.PublicGroup))
        {
            if (group.Id.Length > _options.IdCharsMax)
            {
                channel.Destroy(Reason.RequestInvalid);
                return;
            }
            var members = await FindMembersAsync(group, stop);
            if (channel.IsOpen && members is { } known)
                State.TellGroup(watcher, group, known.Span);
        }
    }

    // Null when the directory does not answer: no heading and no members are better than a group that looks empty.
    private async ValueTask<Items<UserId>?> FindMembersAsync(AwareId group, CancellationToken stop)
    {
        if (group.Community.Length > 0)
            return [];
        try
        {
            return (await _groups.FindGroupAsync(group.Id, stop))?.Members ?? [];
        }
        catch (StoreException fault)
        {
            LogGroupUnknown(_log, fault.Message);
            return null;
        }
    }

    private void SetAttribute(ServiceChannel channel, AttributeSet request)
    {
        var watcher = WatcherOf(channel);
        if (!State.SetAttribute(watcher, request.Key, request.Value))
        {
            channel.Destroy(Reason.RequestInvalid);
            return;
        }
        if (LoginId.TryParse(watcher.LoginId, out var login))
            _facts.TryPublish(new UserAttributeSet(login, new UserId(watcher.UserId), request.Key, request.Value));
        ScheduleFlush();
    }

    private void UnsetAttribute(ServiceChannel channel, AttributeUnset request)
    {
        var watcher = WatcherOf(channel);
        State.UnsetAttribute(watcher, request.Key);
        if (LoginId.TryParse(watcher.LoginId, out var login))
            _facts.TryPublish(new UserAttributeUnset(login, new UserId(watcher.UserId), request.Key));
        ScheduleFlush();
    }

    private void WatchAttributes(ServiceChannel channel, AttributeWatch request)
    {
        if (channel.IsOpen && !State.WatchAttributes(WatcherOf(channel), request.Keys.Span))
            channel.Destroy(Reason.RequestInvalid);
    }

    private void Heard<TFact>(TFact fact, Action<TFact> apply)
    {
        apply(fact);
        ScheduleFlush();
    }

    // The first change after a quiet time goes out with this turn; those that follow it closely wait for each other.
    private void ScheduleFlush()
    {
        if (!State.HasNews || _flush is not null)
            return;

        var time = Application.Loop.Time;
        var wait = _hasFlushed ? _options.CoalesceWindow - time.GetElapsedTime(_flushedAt) : TimeSpan.Zero;
        _flush = Application.Loop.Schedule(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Flush);
    }

    private void Flush()
    {
        _flush = null;
        _hasFlushed = true;
        _flushedAt = Application.Loop.Time.GetTimestamp();
        State.Flush();
    }

    private void Forget()
    {
        _flush?.Dispose();
        _flush = null;
        _subscriptions?.Clear();
        State.Clear();
    }

    [LoggerMessage(EventId = 1401, EventName = "buddylist.group-unknown", Level = LogLevel.Warning,
        Message = "A public group could not be shown: {Fault}")]
    private static partial void LogGroupUnknown(ILogger log, string fault);
}
