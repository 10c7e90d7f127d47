using Sametime.Contracts.Link.Applications.Awareness;
using Sametime.Contracts.Wire;
using Sametime.Services.BuddyList.OtherHubs;

namespace Sametime.Services.BuddyList;

/// <summary>What this hub tells others of its users, and what they tell of theirs.</summary>
internal sealed partial class AwarenessState
{
    /// <summary>
    /// The Buddy List of another hub has watchers of users here: from now on it is told how they are, first as they are now. False, and
    /// nothing done, when that would be too much.
    /// </summary>
    public bool Subscribe(Subscriber subscriber, ReadOnlySpan<string> users)
    {
        if (users.Length > options.SubscribedAtOnceMax || subscriber.Users.Count + users.Length > options.SubscriptionsMax)
            return false;
        foreach (var id in users)
        {
            if (id.Length == 0 || id.Length > options.IdCharsMax)
                return false;
        }

        foreach (var id in users)
        {
            var user = GetOrAdd(id);
            FlushIfDirty(user);
            if (user.Publication is null)
            {
                user.Publication = new Publication();
                user.Publication.Take(user, options.AttributesMax);
            }
            if (subscriber.Users.Add(user))
                user.Publication.Add(subscriber);
            Tell(subscriber, user.Publication.Whole(user));
        }
        return true;
    }

    public void Unsubscribe(Subscriber subscriber, ReadOnlySpan<string> users)
    {
        foreach (var id in users)
        {
            if (_users.TryGetValue(id, out var user) && subscriber.Users.Remove(user))
                Unpublish(user, subscriber);
        }
    }

    public void Close(Subscriber subscriber)
    {
        foreach (var user in subscriber.Users)
            Unpublish(user, subscriber);
        subscriber.Users.Clear();
        _unheard.Remove(subscriber);
    }

    /// <summary>How a user is at another hub. Who may see him comes first, also within one part.</summary>
    public void SetPart(LoginId hub, in PresencePart told)
    {
        if (!_users.TryGetValue(told.User, out var user) || !user.IsWatched)
            return;
        var part = user.FindPart(hub) ?? user.AddPart(hub);
        part.Take(told);
        if (part.Face.IsOnline)
            user.RemoveStaleParts();
        Mark(user);
        Review(user);
    }

    /// <summary>The way to the Buddy List of another hub is broken. Who knows how the user was goes on knowing it; nobody else is told.</summary>
    public void MakePartStale(LoginId hub, string userId) => _users.GetValueOrDefault(userId)?.FindPart(hub)?.IsStale = true;

    /// <summary>The user is at that hub no longer, or it is not known how he is there.</summary>
    public void RemovePart(LoginId hub, string userId)
    {
        if (!_users.TryGetValue(userId, out var user) || user.FindPart(hub) is not { } part)
            return;
        user.RemovePart(part);
        Mark(user);
        Review(user);
    }

    private void Unpublish(Presence user, Subscriber subscriber)
    {
        user.Publication!.Remove(subscriber);
        if (user.Publication.Subscribers.Count > 0)
            return;
        user.Publication = null;
        ReleaseIfNeedless(user);
    }

    private void Tell(Subscriber subscriber, in PresencePart news)
    {
        if (subscriber.News.Count == 0)
            _unheard.Add(subscriber);
        subscriber.News.Add(news);
    }
}
