using Microsoft.Extensions.Logging;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Applications.Awareness;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Loop;
using Sametime.Contracts.ServerApplications;
using Sametime.Contracts.Wire;

namespace Sametime.Services.BuddyList.OtherHubs;

/// <summary>
/// What this Buddy List asks of those of other hubs. Whom somebody here watches is looked for in the Online Directory; the Buddy List of
/// each hub where he is online is asked for him, once, on one channel to it (S108).
/// <para>When such a channel breaks, what is known stays as it is with those who know it, for a time: mostly the channel is soon there
/// again and nothing has changed. Who has a hub of his own costs none of this.</para>
/// </summary>
internal sealed partial class Subscriptions : IWatchedUsers, ITurnEnd
{
    private readonly BuddyListOptions _options;
    private readonly ILogger _log;
    private readonly Dictionary<LoginId, Subscription> _hubs = [];

    // Users who are watched here and online elsewhere.
    private readonly Dictionary<string, LoginId[]> _located = new(StringComparer.OrdinalIgnoreCase);

    // Whom the Online Directory looks for, or is about to be asked for.
    private readonly HashSet<string> _asked = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<UserId> _toLocate = [];
    private readonly List<UserId> _toUnlocate = [];
    private readonly List<Subscription> _toTell = [];
    private readonly AwarenessState _state;
    private readonly Action _changed;
    private readonly ServerApplication _application;
    private readonly ServiceOffer _offer;
    private bool _isAlone = true;
    private bool _isTelling;

    /// <param name="table">Where it says what it hears and speaks.</param>
    /// <param name="state">What it fills. It hears from there whom anybody watches.</param>
    /// <param name="changed">Called when the state may have something to tell.</param>
    /// <param name="options">Limits and times.</param>
    /// <param name="log">The log of the Buddy List.</param>
    public Subscriptions(
        ServiceTable table, AwarenessState state, Action changed, BuddyListOptions options, ILogger log)
    {
        (_application, _state, _changed, _options, _log) = (table.Application, state, changed, options, log);
        state.Watched = this;
        _offer = table.Speaks(CommunityServices.Awareness, PresencePayloads.Protocol, PresencePayloads.Version)
            .Accepted((channel, _) => OnAccepted((Subscription)channel.Tag!))
            .On<PresenceParts>((channel, told) => OnParts((Subscription)channel.Tag!, told))
            .Closes((channel, reason) => OnClosed((Subscription)channel.Tag!, channel, reason));
        table.Hears<ComponentChanged>(OnComponent).Hears<UserLocated>(OnLocated);
    }

    /// <summary>Channels to other hubs, open or being opened.</summary>
    public int ChannelCount => _hubs.Values.Count(static hub => hub.Channel is not null);

    public void Begin(string userId)
    {
        if (_isAlone || !_asked.Add(userId))
            return;
        if (_toUnlocate.Count > 0)
            Ask(); // the two keep their order
        _toLocate.Add(new UserId(userId));
        TellSoon();
    }

    public void End(string userId)
    {
        if (!_asked.Remove(userId))
            return;
        if (_toLocate.Count > 0)
            Ask();
        _toUnlocate.Add(new UserId(userId));
        TellSoon();
        if (!_located.Remove(userId, out var hubs))
            return;
        foreach (var hub in hubs)
            Unwant(_hubs[hub], userId);
    }

    /// <summary>The hub is gone and the whole state with it.</summary>
    public void Clear()
    {
        foreach (var hub in _hubs.Values)
            hub.StopTimers();
        _hubs.Clear();
        _located.Clear();
        _toTell.Clear();
        _toUnlocate.AddRange(_asked.Select(static user => new UserId(user)).Except(_toLocate));
        _toLocate.Clear();
        _asked.Clear();
        Ask();
        _isAlone = true;
    }

    void ITurnEnd.OnTurnEnd()
    {
        _isTelling = false;
        Ask();
        foreach (var hub in _toTell)
            Tell(hub);
        _toTell.Clear();
    }

    // The first other hub: from now on it matters who is where.
    private void OnComponent(ComponentChanged fact)
    {
        if (fact is not { ParticipantKind: ParticipantKind.Hub, Up: true } || !LoginId.TryParse(fact.LoginId, out var hub) || IsOwn(hub))
            return;
        if (_isAlone)
        {
            _isAlone = false;
            foreach (var user in _state.WatchedUsers)
                Begin(user);
        }
        if (_hubs.TryGetValue(hub, out var subscription) && subscription.Retry is not null)
            Open(subscription);
    }

    // A hub that cannot be reached keeps its users there for a time, and so they are kept here.
    private void OnLocated(UserLocated fact)
    {
        var user = fact.User.Value;
        if (!_asked.Contains(user))
            return;
        LoginId[] now = [.. fact.Logins.Select(static login => login.Hub).Where(hub => !IsOwn(hub)).Distinct()];
        LoginId[] before = _located.GetValueOrDefault(user) ?? [];
        if (now.Length > 0)
            _located[user] = now;
        else
            _located.Remove(user);

        foreach (var hub in now.Except(before))
            Want(hub, user);
        foreach (var hub in before.Except(now))
        {
            Unwant(_hubs[hub], user);
            _state.RemovePart(hub, user);
        }
        _changed();
    }

    private bool IsOwn(LoginId hub) => hub.Hub == _application.Hub?.HubNumber;

    private void Want(LoginId hub, string user)
    {
        if (!_hubs.TryGetValue(hub, out var subscription))
            _hubs.Add(hub, subscription = new Subscription(hub));
        if (subscription.Wanted.Count >= _options.SubscriptionsMax)
        {
            if (!subscription.IsFull)
                LogTooMany(_log, hub, _options.SubscriptionsMax);
            subscription.IsFull = true;
            return;
        }
        subscription.Wanted.Add(user);
        if (subscription.IsOpen)
        {
            // What is not yet told to be unwanted is told so first.
            subscription.ToSubscribe.Add(user);
            TellSoon(subscription);
        }
        else if (subscription.Channel is null && subscription.Retry is null)
        {
            Open(subscription);
        }
    }

    private void Unwant(Subscription subscription, string user)
    {
        subscription.Wanted.Remove(user);
        if (subscription.IsOpen && !subscription.ToSubscribe.Remove(user))
        {
            subscription.ToUnsubscribe.Add(user);
            TellSoon(subscription);
        }
        else if (subscription.Channel is null)
        {
            ForgetIfNeedless(subscription);
        }
    }

    private void ForgetIfNeedless(Subscription subscription)
    {
        if (subscription.Wanted.Count > 0)
            return;
        subscription.StopTimers();
        _hubs.Remove(subscription.Hub);
    }

    private void Open(Subscription subscription)
    {
        subscription.Retry?.Dispose();
        subscription.Retry = null;
        var channel = _application.CreateChannel(_offer, new IdBlock(subscription.Hub.ToString()));
        if (channel.State == ServiceChannelState.Closed)
        {
            RetryLater(subscription);
            return;
        }
        channel.Tag = subscription;
        subscription.Channel = channel;
    }

    private void OnAccepted(Subscription subscription)
    {
        subscription.ToSubscribe.UnionWith(subscription.Wanted);
        TellSoon(subscription);
    }

    private void OnParts(Subscription subscription, PresenceParts told)
    {
        // It works again.
        subscription.RetryDelay = TimeSpan.Zero;
        subscription.GiveUp?.Dispose();
        subscription.GiveUp = null;
        foreach (ref readonly var part in told.Parts)
        {
            if (subscription.Wanted.Contains(part.User) && !IsTooMuch(part))
                _state.SetPart(subscription.Hub, part);
        }
        _changed();
    }

    // More than a Buddy List tells. The part is left out, since the channel is there for all the others too.
    private bool IsTooMuch(in PresencePart part)
    {
        if (part.Attributes is not { } attributes)
            return false;
        var isTooMuch = attributes.Count > _options.AttributesMax;
        foreach (ref readonly var attribute in attributes)
            isTooMuch |= attribute.Value.Length > _options.AttributeBytesMax;
        return isTooMuch;
    }

    private void OnClosed(Subscription subscription, ServiceChannel channel, Reason reason)
    {
        if (subscription.Channel != channel)
            return;
        LogBroken(_log, subscription.Hub, reason);
        subscription.Channel = null;
        subscription.ToSubscribe.Clear();
        subscription.ToUnsubscribe.Clear();
        foreach (var user in subscription.Wanted)
            _state.MakePartStale(subscription.Hub, user);
        if (subscription.Wanted.Count == 0)
        {
            ForgetIfNeedless(subscription);
            return;
        }
        subscription.GiveUp ??= _application.Loop.Schedule(_options.StaleMax, () => GiveUp(subscription));
        RetryLater(subscription);
    }

    private void RetryLater(Subscription subscription)
    {
        var delay = subscription.RetryDelay * 2;
        delay = delay < _options.ResubscribeMin ? _options.ResubscribeMin : delay > _options.ResubscribeMax ? _options.ResubscribeMax : delay;
        subscription.RetryDelay = delay;
        subscription.Retry = _application.Loop.Schedule(delay, () => Open(subscription));
    }

    // Better to be shown offline than as one was some time ago. Nothing has been told since the break, so all that is known is of before it.
    private void GiveUp(Subscription subscription)
    {
        subscription.GiveUp = null;
        foreach (var user in subscription.Wanted)
            _state.RemovePart(subscription.Hub, user);
        _changed();
    }

    private void TellSoon(Subscription subscription)
    {
        if (!_toTell.Contains(subscription))
            _toTell.Add(subscription);
        TellSoon();
    }

    private void TellSoon()
    {
        if (_isTelling)
            return;
        _isTelling = true;
        _application.Loop.Defer(this);
    }

    private void Ask()
    {
        if (_toUnlocate.Count > 0)
            _application.Unlocate(_toUnlocate);
        if (_toLocate.Count > 0)
            _application.Locate(_toLocate);
        _toUnlocate.Clear();
        _toLocate.Clear();
    }

    private void Tell(Subscription subscription)
    {
        if (subscription.Channel is not { IsOpen: true } channel)
            return;
        foreach (var users in subscription.ToUnsubscribe.Chunk(_options.SubscribedAtOnceMax))
            channel.Send(new PresenceUnsubscribe([.. users]));
        foreach (var users in subscription.ToSubscribe.Chunk(_options.SubscribedAtOnceMax))
            channel.Send(new PresenceSubscribe([.. users]));
        subscription.ToUnsubscribe.Clear();
        subscription.ToSubscribe.Clear();
    }

    [LoggerMessage(EventId = 1402, EventName = "buddylist.subscription-broken", Level = LogLevel.Information,
        Message = "What users of the hub {Hub} do is not told any more: {Reason}")]
    private static partial void LogBroken(ILogger log, LoginId hub, Reason reason);

    [LoggerMessage(EventId = 1403, EventName = "buddylist.subscriptions-full", Level = LogLevel.Warning,
        Message = "More users of the hub {Hub} are watched than BuddyList:SubscriptionsMax allows, {Max}; the others look offline")]
    private static partial void LogTooMany(ILogger log, LoginId hub, int max);
}
