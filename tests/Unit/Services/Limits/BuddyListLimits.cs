using Sametime.Contracts.Link.Applications.Awareness;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;
using Sametime.Services.BuddyList;
using Sametime.Tests.Unit.Services.BuddyList.OtherHubs;

namespace Sametime.Tests.Unit.Services.Limits;

/// <summary>The limits of the Buddy List, towards clients and towards other hubs.</summary>
internal static class BuddyListLimits
{
    private const string Open = "open";
    private const string RequestInvalid = nameof(Reason.RequestInvalid);

    public static LimitBook Book { get; } = new LimitBook()
        .Add<BuddyListOptions>(nameof(BuddyListOptions.CoalesceWindow), "not yet", "two", more =>
        {
            var it = OneBuddyList.Start(static options => options.CoalesceWindow = TimeSpan.FromMilliseconds(5));
            var alice = it.Watch("alice", "bob");
            it.LogIn("bob", 5);
            it.Say("bob", 5, new UserStatus(StatusCode.Away, Description: "one"));
            it.Say("bob", 5, new UserStatus(StatusCode.Away, Description: "two"));
            it.Loop.Advance(LimitBook.Until(TimeSpan.FromMilliseconds(5), more));
            return it.Seen(alice, "bob").Text is { Length: > 0 } told ? told : "not yet";
        })
        .Add<BuddyListOptions>(nameof(BuddyListOptions.WatchListMax), Open, RequestInvalid, what: "at once", attempt: more =>
        {
            var it = OneBuddyList.Start(static options => options.WatchListMax = 3);
            return Fate(it, it.Watch("alice", Names(3 + more)));
        })
        .Add<BuddyListOptions>(nameof(BuddyListOptions.WatchListMax), Open, RequestInvalid, what: "in sum", attempt: more =>
        {
            var it = OneBuddyList.Start(static options => options.WatchListMax = 3);
            var alice = it.Watch("alice", Names(3));
            it.Hub.Send(alice, new PresenceRemove([AwareId.OfUser("u0")])); // whose place is another's
            it.Hub.Send(alice, new PresenceAdd([AwareId.OfUser("u1"), AwareId.OfUser("bob")])); // of whom one has a place
            it.Hub.Send(alice, new PresenceAdd([.. Names(3 + more).Skip(3).Select(AwareId.OfUser)]));
            return Fate(it, alice);
        })
        .Add<BuddyListOptions>(nameof(BuddyListOptions.IdCharsMax), Open, RequestInvalid, what: "user", attempt: static more =>
            IdOf(AwareKind.User, 8 + more, 0))
        .Add<BuddyListOptions>(nameof(BuddyListOptions.IdCharsMax), Open, RequestInvalid, what: "community", attempt: static more =>
            IdOf(AwareKind.User, 1, 8 + more))
        .Add<BuddyListOptions>(nameof(BuddyListOptions.IdCharsMax), Open, RequestInvalid, what: "group", attempt: static more =>
            IdOf(AwareKind.PublicGroup, 8 + more, 0))
        .Add<BuddyListOptions>(nameof(BuddyListOptions.IdCharsMax), Open, RequestInvalid, what: "user that another hub asks for",
            attempt: static more =>
        {
            var it = OneBuddyList.Start(static options => options.IdCharsMax = 8);
            return Fate(it, it.Subscriber(new string('x', 8 + more)));
        })
        .Add<BuddyListOptions>(nameof(BuddyListOptions.GroupsMax), Open, RequestInvalid, more =>
        {
            var it = OneBuddyList.Start(static options => options.GroupsMax = 2);
            var alice = it.Watch("alice");
            it.Hub.Send(alice, new PresenceAdd([.. Names(2 + more).Select(AwareId.OfPublicGroup), AwareId.OfUser("bob")]));
            return Fate(it, alice);
        })
        .Add<BuddyListOptions>(nameof(BuddyListOptions.GroupMembersMax), "3 of 3", "3 of 4", more =>
        {
            var it = OneBuddyList.Start(static options => options.GroupMembersMax = 3);
            it.Groups["staff"] = [.. Names(3 + more).Select(static name => new UserId(name))];
            return $"{it.MembersShown(it.Watch("alice"), "staff").Count} of {3 + more}";
        })
        .Add<BuddyListOptions>(nameof(BuddyListOptions.AttributesMax), Open, RequestInvalid, what: "of a login", attempt: more =>
        {
            var it = OneBuddyList.Start(static options => options.AttributesMax = 3);
            it.LogIn("bob", 5);
            var bob = it.Watch("bob", 5);
            foreach (var key in (uint[])[1, 2, 3, 3, 1])
                it.Hub.Send(bob, new AttributeSet(key, [9]));
            it.Hub.Send(bob, new AttributeUnset(2)); // whose place is another's
            it.Hub.Send(bob, new AttributeSet(4, [9]));
            for (uint key = 5; key < 5 + more; key++)
                it.Hub.Send(bob, new AttributeSet(key, [9]));
            return Fate(it, bob);
        })
        .Add<BuddyListOptions>(nameof(BuddyListOptions.AttributesMax), "1 2 3", "2 3 4", what: "told to another hub", attempt: more =>
        {
            var it = OneBuddyList.Start(static options => options.AttributesMax = 3);
            it.LogIn("bob", 5);
            it.LogIn("bob", 6);
            var (one, two) = (it.Watch("bob", 5), it.Watch("bob", 6));
            it.Hub.Send(one, new AttributeSet(1, [9]));
            for (uint key = 2; key <= 3 + more; key++)
                it.Hub.Send(two, new AttributeSet(key, [9]));
            return string.Join(' ', it.PartsTold(it.Subscriber("bob"))[0].Attributes!.Value.Select(static set => set.Key).Order());
        })
        .Add<BuddyListOptions>(nameof(BuddyListOptions.AttributesMax), "seen", "not seen", what: "told by another hub", attempt: static more =>
            SeenElsewhere(static options => options.AttributesMax = 3, [.. Enumerable.Range(0, 3 + more).Select(static i =>
                new PresenceAttribute((uint)i, default, [1]))]))
        .Add<BuddyListOptions>(nameof(BuddyListOptions.AttributeBytesMax), Open, RequestInvalid, what: "of a login", attempt: more =>
        {
            var it = OneBuddyList.Start(static options => options.AttributeBytesMax = 4);
            it.LogIn("bob", 5);
            var bob = it.Watch("bob", 5);
            it.Hub.Send(bob, new AttributeSet(1, new Opaque(new byte[4 + more])));
            return Fate(it, bob);
        })
        .Add<BuddyListOptions>(nameof(BuddyListOptions.AttributeBytesMax), "seen", "not seen", what: "told by another hub", attempt: static more =>
            SeenElsewhere(static options => options.AttributeBytesMax = 4, new PresenceAttribute(1, default, new Opaque(new byte[4 + more]))))
        .Add<BuddyListOptions>(nameof(BuddyListOptions.SnapshotBytesMax), "3", "2 1", what: "to a client", attempt: more =>
        {
            // 64 bytes, and three for each character of a name.
            var it = OneBuddyList.Start(static options => options.SnapshotBytesMax = 3 * (64 + (3 * 2)));
            var alice = it.Watch("alice", "u0", "u1", new string('x', 2 + more));
            return string.Join(' ', it.Hub.Payloads<PresenceSnapshot>(alice).Select(static snapshot => snapshot.Blocks.Count));
        })
        .Add<BuddyListOptions>(nameof(BuddyListOptions.SnapshotBytesMax), "3", "2 1", what: "to another hub", attempt: more =>
        {
            // 64 bytes for the part and 64 for the face in it, and three for each character of a name.
            var it = OneBuddyList.Start(static options => options.SnapshotBytesMax = 3 * (64 + 64 + (3 * 2)));
            var peer = it.Subscriber("u0", "u1", new string('x', 2 + more));
            return string.Join(' ', it.Hub.Payloads<PresenceParts>(peer).Select(static frame => frame.Parts.Count));
        })
        .Add<BuddyListOptions>(nameof(BuddyListOptions.WatchedKeysMax), Open, RequestInvalid, more =>
        {
            var it = OneBuddyList.Start(static options => options.WatchedKeysMax = 3);
            var alice = it.Watch("alice");
            it.Hub.Send(alice, new AttributeWatch([1, 2, 3])); // which the next one replaces
            it.Hub.Send(alice, new AttributeWatch([.. Enumerable.Range(4, 3 + more).Select(static key => (uint)key)]));
            return Fate(it, alice);
        })
        .Add<BuddyListOptions>(nameof(BuddyListOptions.SubscribersMax), Open, nameof(Reason.ServerFull), more =>
        {
            var it = OneBuddyList.Start(static options => options.SubscribersMax = 2);
            for (var i = 1; i < 2 + more; i++)
                it.Subscriber();
            return Fate(it, it.Subscriber());
        })
        .Add<BuddyListOptions>(nameof(BuddyListOptions.SubscriptionsMax), Open, RequestInvalid, what: "that another hub asks for", attempt: more =>
        {
            var it = OneBuddyList.Start(static options => options.SubscriptionsMax = 3);
            var peer = it.Subscriber("a", "b", "c");
            it.Hub.Send(peer, new PresenceUnsubscribe(["b"])); // whose place is another's
            it.Hub.Send(peer, new PresenceSubscribe(["d"]));
            it.Hub.Send(peer, new PresenceSubscribe([.. Names(more)]));
            return Fate(it, peer);
        })
        .Add<BuddyListOptions>(nameof(BuddyListOptions.SubscriptionsMax), "3 of 3", "3 of 4", what: "that are asked for at another hub",
            attempt: more =>
        {
            var it = OneBuddyList.Start(static options => options.SubscriptionsMax = 3);
            return $"{it.SubscribedOn(Located(it, 3 + more)).Count} of {3 + more}";
        })
        .Add<BuddyListOptions>(nameof(BuddyListOptions.SubscribedAtOnceMax), Open, RequestInvalid, what: "that another hub asks for", attempt: more =>
        {
            var it = OneBuddyList.Start(static options => options.SubscribedAtOnceMax = 3);
            return Fate(it, it.Subscriber(Names(3 + more)));
        })
        .Add<BuddyListOptions>(nameof(BuddyListOptions.SubscribedAtOnceMax), "3", "3 1", what: "that are asked for at another hub", attempt: more =>
        {
            var it = OneBuddyList.Start(static options => options.SubscribedAtOnceMax = 3);
            return string.Join(' ', it.Hub.Payloads<PresenceSubscribe>(Located(it, 3 + more)).Select(static request => request.Users.Count));
        })
        .Add<BuddyListOptions>(nameof(BuddyListOptions.StaleMax), "seen", "not seen", more =>
        {
            var it = OneBuddyList.Start(static options => options.StaleMax = TimeSpan.FromSeconds(2));
            var channel = Located(it, 1);
            var alice = it.Watch("alice", "u0");
            it.Tell(channel, "u0", "here");
            it.End(channel);
            it.Loop.Advance(LimitBook.Until(TimeSpan.FromSeconds(2), more));
            return it.Seen(alice, "u0").IsOnline ? "seen" : "not seen";
        })
        .Add<BuddyListOptions>(nameof(BuddyListOptions.ResubscribeMin), "1 attempt", "2 attempts", more =>
        {
            var it = OneBuddyList.Start(static options => (options.ResubscribeMin, options.ResubscribeMax) = (TimeSpan.FromSeconds(1),
                TimeSpan.FromSeconds(3)));
            it.End(Located(it, 1));
            it.Loop.Advance(LimitBook.Until(TimeSpan.FromSeconds(1), more));
            return Attempts(it);
        })
        .Add<BuddyListOptions>(nameof(BuddyListOptions.ResubscribeMax), "3 attempts", "4 attempts", more =>
        {
            var it = OneBuddyList.Start(static options => (options.ResubscribeMin, options.ResubscribeMax) = (TimeSpan.FromSeconds(1),
                TimeSpan.FromSeconds(3)));
            it.End(Located(it, 1));
            it.Loop.Advance(TimeSpan.FromSeconds(1));
            it.End(it.Creates(2)[^1], Reason.NoSuchUser);
            it.Loop.Advance(TimeSpan.FromSeconds(2));
            it.End(it.Creates(2)[^1], Reason.NoSuchUser);
            it.Loop.Advance(LimitBook.Until(TimeSpan.FromSeconds(3), more)); // and not 4
            return Attempts(it);
        });

    private static string Fate(OneBuddyList it, ChannelId channel) => it.Hub.DestroyedWith(channel)?.ToString() ?? Open;

    private static string Attempts(OneBuddyList it) => it.Creates(2).Count == 1 ? "1 attempt" : $"{it.Creates(2).Count} attempts";

    private static string[] Names(int count) => [.. Enumerable.Range(0, count).Select(static i => $"u{i}")];

    private static string IdOf(AwareKind kind, int idChars, int communityChars)
    {
        var it = OneBuddyList.Start(static options => options.IdCharsMax = 8);
        var alice = it.Watch("alice");
        it.Hub.Send(alice, new PresenceAdd([new AwareId(kind, new string('x', idChars), new string('y', communityChars))]));
        return Fate(it, alice);
    }

    /// <summary>Users who are watched here and are at hub 2, and the channel on which they are asked for.</summary>
    private static ChannelId Located(OneBuddyList it, int users)
    {
        it.Join(2);
        it.Watch("dave", Names(users));
        foreach (var user in Names(users))
            it.Locate(user, 2);
        return it.Accept(2);
    }

    private static string SeenElsewhere(Action<BuddyListOptions> configure, params PresenceAttribute[] attributes)
    {
        var it = OneBuddyList.Start(configure);
        var channel = Located(it, 1);
        var alice = it.Watch("alice", "u0");
        it.Tell(channel, "u0", "here", null, 1, attributes);
        return it.Seen(alice, "u0").IsOnline ? "seen" : "not seen";
    }
}
