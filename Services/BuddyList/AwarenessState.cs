using System.Runtime.InteropServices;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Applications.Awareness;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;
using Sametime.Services.BuddyList.OtherHubs;

namespace Sametime.Services.BuddyList;

/// <summary>
/// Who is online, who watches whom, and what every watcher has been told. No I/O: events and requests come in by calls, what
/// watchers are to hear goes to the outbox. Changes are only marked; <see cref="Flush"/> tells the last state of each user, once.
/// <para>Invariant after a flush: a watcher knows a user's <see cref="Presence.Told"/> if he may see him, else that he is offline; the
/// Buddy List of another hub that subscribed to him knows his logins here and who may see them.</para>
/// </summary>
/// <param name="outbox">What watchers are told.</param>
/// <param name="options">Limits.</param>
/// <param name="time">Orders what several logins say, also over hubs.</param>
internal sealed partial class AwarenessState(IAwarenessOutbox outbox, BuddyListOptions options, TimeProvider time)
{
    private readonly Dictionary<string, Presence> _users = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Presence> _dirty = [];
    private readonly List<ChannelId> _recipients = [];
    private readonly List<Subscriber> _unheard = [];
    private uint[] _lastKeys = [];
    private Moment _moment;

    /// <summary>Who wants to know who is watched.</summary>
    public IWatchedUsers? Watched { get; set; }

    /// <summary>Users who are online or watched.</summary>
    public int UserCount => _users.Count;

    /// <summary>True when <see cref="Flush"/> has something to tell.</summary>
    public bool HasNews => _dirty.Count > 0 || _unheard.Count > 0;

    /// <summary>Whom anybody here watches.</summary>
    public IEnumerable<string> WatchedUsers => _users.Values.Where(static user => user.IsWatched).Select(static user => user.UserId);


    public void LogIn(LoggedIn fact)
    {
        var user = GetOrAdd(fact.Login.UserId.Value);
        var login = user.FindLogin(fact.Login.LoginId) ?? user.AddLogin(fact.Login.LoginId);
        login.DisplayName = fact.Login.DisplayName;
        login.Status = fact.Status;
        login.SpokeAt = NextMoment();
        user.Privacy = PrivacyRule.Of(fact.Privacy);
        user.RemoveStaleParts();
        Mark(user);
        Review(user);
    }

    public void LogOut(LoggedOut fact)
    {
        if (!_users.TryGetValue(fact.UserId, out var user) || !user.RemoveLogin(fact.LoginId))
            return;
        Mark(user);
        if (user.HasParts)
            Review(user);
        ReleaseIfNeedless(user);
    }

    public void SetStatus(StatusChanged fact)
    {
        if (!_users.TryGetValue(fact.UserId, out var user) || user.FindLogin(fact.LoginId) is not { } login)
            return;
        login.Status = fact.Status;
        login.SpokeAt = NextMoment();
        Mark(user);
    }

    /// <summary>At once, and not at the next flush: who hides must be hidden.</summary>
    public void SetPrivacy(PrivacyChanged fact)
    {
        if (!_users.TryGetValue(fact.UserId, out var user))
            return;
        user.Privacy = PrivacyRule.Of(fact.Privacy);
        if (user.Publication is not null)
            Mark(user);
        Review(user);
    }

    /// <summary>A client begins to watch. Null when its login does so already on another channel.</summary>
    public Watcher? Open(ChannelId channel, LoginInfo who)
    {
        var login = _users.GetValueOrDefault(who.UserId.Value)?.FindLogin(who.LoginId);
        if (login?.Watcher is { HasEnded: true } former)
            Close(former);
        if (login?.Watcher is not null)
            return null;
        var watcher = new Watcher(channel, who.UserId.Value, who.LoginId);
        login?.Watcher = watcher;
        return watcher;
    }

    public void Close(Watcher watcher)
    {
        while (watcher.Watches.Count > 0)
            Remove(watcher.Watches[^1]);
        if (FindLogin(watcher) is { } login && login.Watcher == watcher)
            login.Watcher = null;
    }

    /// <summary>
    /// Watches users from now on and tells how all of them are, in one snapshot in the order asked. What is no user of ours (a server,
    /// somebody of another community) is offline. False, and nothing done, when that would be too much.
    /// </summary>
    public bool Add(Watcher watcher, ReadOnlySpan<AwareId> ids)
    {
        if (ids.IsEmpty)
            return true;
        if (ids.Length > options.WatchListMax || AnyTooLong(ids) || watcher.Watches.Count + CountNew(watcher, ids) > options.WatchListMax)
            return false;

        var blocks = new PresenceBlock[ids.Length];
        for (var i = 0; i < ids.Length; i++)
        {
            var watch = IsOurUser(ids[i]) ? WatchOne(watcher, ids[i]) : null;
            blocks[i] = watch is { MaySee: true } ? watch.Spelling.Presence.Told.ToBlock(ids[i]) : PresenceBlock.Offline(ids[i]);
        }
        outbox.Snapshot(watcher.Channel, blocks);
        foreach (var id in ids)
        {
            if (watcher.Find(id) is { } watch)
                TellAttributes(watch);
        }
        return true;
    }

    /// <summary>
    /// Tells how the members of a public group are. It does not watch them: the client adds each member itself, and would take no
    /// update of one that it did not add.
    /// </summary>
    public void TellGroup(Watcher watcher, AwareId group, ReadOnlySpan<UserId> members)
    {
        var blocks = new PresenceBlock[Math.Min(members.Length, options.GroupMembersMax)];
        for (var i = 0; i < blocks.Length; i++)
        {
            var id = AwareId.OfUser(members[i].Value);
            blocks[i] = PresenceBlock.Offline(id, group.Id);
            if (!_users.TryGetValue(id.Id, out var user) || user.IsStale || !user.MayBeSeenBy(watcher.UserId))
                continue;
            FlushIfDirty(user);
            blocks[i] = user.Told.ToBlock(id, group.Id);
        }
        outbox.Group(watcher.Channel, group);
        outbox.Snapshot(watcher.Channel, blocks);
    }

    public void Remove(Watcher watcher, ReadOnlySpan<AwareId> ids)
    {
        foreach (var id in ids)
        {
            if (watcher.Find(id) is { } watch)
                Remove(watch);
        }
    }

    /// <summary>An attribute of the watcher's own login. False when that would be too much.</summary>
    public bool SetAttribute(Watcher watcher, uint key, Opaque value)
    {
        if (value.Length > options.AttributeBytesMax)
            return false;
        if (FindLogin(watcher) is not { } login)
            return true; // its logout has been heard already
        login.Attributes ??= [];
        if (!login.Attributes.ContainsKey(key) && login.Attributes.Count >= options.AttributesMax)
            return false;
        login.Attributes[key] = (value, NextMoment());
        Mark(_users[watcher.UserId]);
        return true;
    }

    public void UnsetAttribute(Watcher watcher, uint key)
    {
        if (FindLogin(watcher)?.Attributes?.Remove(key) == true)
            Mark(_users[watcher.UserId]);
    }

    /// <summary>Replaces the set of attributes that the watcher wants to hear of, and tells all present values. False when they are too many.</summary>
    public bool WatchAttributes(Watcher watcher, ReadOnlySpan<uint> keys)
    {
        if (keys.Length > options.WatchedKeysMax)
            return false;

        // Pending changes are told by the old set; else the watcher would hear that a value is gone which it never knew.
        foreach (var watch in watcher.Watches)
            FlushIfDirty(watch.Spelling.Presence);

        // All clients of one make watch the same keys, so they share one array.
        if (!keys.SequenceEqual(_lastKeys))
            _lastKeys = keys.ToArray();
        watcher.Keys = _lastKeys;
        foreach (var watch in watcher.Watches)
            TellAttributes(watch);
        return true;
    }

    /// <summary>Tells what changed since the last flush: each user once, as he is now, to all who may see him.</summary>
    public void Flush()
    {
        foreach (var user in _dirty)
            FlushIfDirty(user);
        _dirty.Clear();

        foreach (var subscriber in _unheard)
        {
            outbox.Parts(subscriber.Channel, CollectionsMarshal.AsSpan(subscriber.News));
            subscriber.News.Clear();
        }
        _unheard.Clear();
    }

    /// <summary>Forgets everything, when the hub is gone and will tell all of it again.</summary>
    public void Clear()
    {
        _users.Clear();
        _dirty.Clear();
        _unheard.Clear();
    }

    private static bool IsOurUser(AwareId id) => id is { Kind: AwareKind.User, Community: "" };

    private static int CountNew(Watcher watcher, ReadOnlySpan<AwareId> ids)
    {
        var count = 0;
        foreach (var id in ids)
        {
            if (IsOurUser(id) && watcher.Find(id) is null)
                count++;
        }
        return count;
    }

    private bool AnyTooLong(ReadOnlySpan<AwareId> ids)
    {
        foreach (var id in ids)
        {
            if (id.Id.Length > options.IdCharsMax || id.Community.Length > options.IdCharsMax)
                return true;
        }
        return false;
    }

    private Presence GetOrAdd(string userId)
    {
        ref var user = ref CollectionsMarshal.GetValueRefOrAddDefault(_users, userId, out _);
        return user ??= new Presence(userId);
    }

    private Moment NextMoment() => _moment = _moment.Next(time.GetUtcNow());

    private PresenceLogin? FindLogin(Watcher watcher) => _users.GetValueOrDefault(watcher.UserId)?.FindLogin(watcher.LoginId);

    private Watch WatchOne(Watcher watcher, AwareId id)
    {
        if (watcher.Find(id) is { } known)
        {
            FlushIfDirty(known.Spelling.Presence);
            return known;
        }
        var user = GetOrAdd(id.Id);
        FlushIfDirty(user);
        var isFirst = !user.IsWatched;
        var spelling = user.SpellAs(id);
        var watch = new Watch(watcher, spelling) { MaySee = !user.IsStale && user.MayBeSeenBy(watcher.UserId) };
        spelling.Add(watch);
        watcher.Add(watch);
        if (isFirst)
            Watched?.Begin(user.UserId);
        return watch;
    }

    private void Remove(Watch watch)
    {
        var spelling = watch.Spelling;
        watch.Watcher.Remove(watch);
        spelling.Remove(watch);
        if (spelling.Watches.Count > 0)
            return;
        var user = spelling.Presence;
        user.Forget(spelling);
        if (user.IsWatched || _users.GetValueOrDefault(user.UserId) != user)
            return; // or everything was forgotten since he began to watch
        user.RemoveParts();
        Mark(user);
        Watched?.End(user.UserId);
        ReleaseIfNeedless(user);
    }

    private void ReleaseIfNeedless(Presence user)
    {
        if (user.IsNeedless)
            _users.Remove(user.UserId);
    }

    // A user whom nobody watches, here or from another hub, is brought up to date when somebody asks, and costs nothing until then.
    private void Mark(Presence user)
    {
        if (!user.IsDirty && (user.IsWatched || user.Publication is not null))
            _dirty.Add(user);
        user.IsDirty = true;
    }

    private void FlushIfDirty(Presence user)
    {
        if (!user.IsDirty)
            return;
        user.IsDirty = false;
        if (user.TakeFace())
        {
            foreach (var spelling in user.Spellings)
            {
                Gather(spelling);
                if (_recipients.Count > 0)
                    outbox.Update(CollectionsMarshal.AsSpan(_recipients), user.Told.ToBlock(spelling.Id));
            }
        }
        foreach (var (key, value) in user.TakeAttributes())
        {
            foreach (var spelling in user.Spellings)
            {
                Gather(spelling, key);
                TellAttribute(spelling.Id, key, value);
            }
        }
        if (user.Publication is { } publication && publication.Take(user, options.AttributesMax) is { HasFields: true } news)
        {
            foreach (var subscriber in publication.Subscribers)
                Tell(subscriber, news);
        }
    }

    private void Gather(Spelling spelling)
    {
        _recipients.Clear();
        foreach (var watch in spelling.Watches)
        {
            if (watch.MaySee)
                _recipients.Add(watch.Channel);
        }
    }

    private void Gather(Spelling spelling, uint key)
    {
        _recipients.Clear();
        foreach (var watch in spelling.Watches)
        {
            if (watch.MaySee && watch.Watcher.Wants(key))
                _recipients.Add(watch.Channel);
        }
    }

    private void TellAttribute(AwareId id, uint key, Opaque? value)
    {
        if (_recipients.Count == 0)
            return;
        var recipients = CollectionsMarshal.AsSpan(_recipients);
        if (value is { } present)
            outbox.AttributeSet(recipients, id, key, present);
        else
            outbox.AttributeUnset(recipients, id, key);
    }

    private void TellAttributes(Watch watch)
    {
        if (!watch.MaySee)
            return;
        foreach (var (key, value) in watch.Spelling.Presence.ToldAttributes)
        {
            if (watch.Watcher.Wants(key))
                outbox.AttributeSet([watch.Channel], watch.Spelling.Id, key, value);
        }
    }

    // Who may see the user may have changed. First those are told who no longer may; and who may now is told how he is now, never how
    // he was before.
    private void Review(Presence user)
    {
        var isSeenByMore = false;
        foreach (var spelling in user.Spellings)
            isSeenByMore |= Hide(user, spelling);
        if (!isSeenByMore)
            return;
        FlushIfDirty(user);
        foreach (var spelling in user.Spellings)
            Show(user, spelling);
    }

    private bool Hide(Presence user, Spelling spelling)
    {
        var isSeenByMore = false;
        _recipients.Clear();
        foreach (var watch in spelling.Watches)
        {
            var maySee = MaySee(user, watch);
            isSeenByMore |= maySee && !watch.MaySee;
            if (maySee || !watch.MaySee)
                continue;
            watch.MaySee = false;
            _recipients.Add(watch.Channel);

            // Rare, and different for each watcher: told one by one.
            foreach (var (key, _) in user.ToldAttributes)
            {
                if (watch.Watcher.Wants(key))
                    outbox.AttributeUnset([watch.Channel], spelling.Id, key);
            }
        }
        if (user.Told.IsOnline && _recipients.Count > 0)
            outbox.Update(CollectionsMarshal.AsSpan(_recipients), PresenceBlock.Offline(spelling.Id));
        return isSeenByMore;
    }

    private void Show(Presence user, Spelling spelling)
    {
        _recipients.Clear();
        foreach (var watch in spelling.Watches)
        {
            if (watch.MaySee || !MaySee(user, watch))
                continue;
            watch.MaySee = true;
            _recipients.Add(watch.Channel);
            TellAttributes(watch);
        }
        if (user.Told.IsOnline && _recipients.Count > 0)
            outbox.Update(CollectionsMarshal.AsSpan(_recipients), user.Told.ToBlock(spelling.Id));
    }

    // What may be out of date stays with those who know it.
    private static bool MaySee(Presence user, Watch watch) => (watch.MaySee || !user.IsStale) && user.MayBeSeenBy(watch.Watcher.UserId);
}
