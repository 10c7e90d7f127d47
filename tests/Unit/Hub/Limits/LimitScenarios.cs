using System.Text;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Master;
using Sametime.Hub;
using Sametime.Tests.Kit.Hub;

namespace Sametime.Tests.Unit.Hub.Limits;

/// <summary>One scenario a limit, with small limits. Each goes so far above it as it is told.</summary>
internal static partial class LimitScenarios
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    public static readonly IReadOnlyDictionary<string, Limit> All = new Dictionary<string, Limit>
    {
        [nameof(HubLimits.LoginDecision)] = new(LoginDecision, "stays, stays", "ServerNotResponding, ServerNotResponding"),
        [nameof(HubLimits.UndecidedLoginsMax)] = new(UndecidedLoginsMax, "stays", "ServerFull"),
        [nameof(HubLimits.LoginsPerUser)] = new(LoginsPerUser, "stays", "MultiServerLogin"),
        [nameof(HubLimits.OdditiesPerMinute)] = new(OdditiesPerMinute, "stays", "ProtocolError"),
        [nameof(HubLimits.ChannelsPerLogin)] = new(ChannelsPerLogin, "nothing, nothing", "ServerFull, ServerFull"),
        [nameof(HubLimits.ChannelsPerApplication)] = new(ChannelsPerApplication, "nothing, nothing", "ServerFull, ServerFull"),
        [nameof(HubLimits.ChannelsPerHub)] = new(ChannelsPerHub, "nothing, nothing", "ServerFull, ServerFull"),
        [nameof(HubLimits.UnacceptedPerLogin)] = new(UnacceptedPerLogin, "nothing", "Aborted"),
        [nameof(HubLimits.AcceptWithin)] = new(AcceptWithin, "nothing, nothing", "Aborted, Aborted"),
        [nameof(HubLimits.RedirectsPerChannel)] = new(RedirectsPerChannel, "nothing", "ServerFull"),
        [nameof(HubLimits.DirectoryInquiry)] = new(DirectoryInquiry, "nothing", "NoSuchUser"),
        [nameof(HubLimits.IdCharsMax)] = new(
            IdCharsMax, "NoSuchUser, NoSuchUser, Success, 1 located", "RequestInvalid, RequestInvalid, RequestInvalid, 0 located"),
        [nameof(HubLimits.ChannelCreates)] = new(
            ChannelCreates, "3 at once, 3 before the time, 3 in time", "3 at once, 3 before the time, 4 in time"),
        [nameof(HubLimits.InstantMessages)] = new(
            InstantMessages, "3 at once, 3 before the time, 3 in time", "3 at once, 3 before the time, 4 in time"),
        [nameof(HubLimits.StatusChanges)] = new(
            StatusChanges, "3 at once, 3 before the time, 3 in time", "3 at once, 3 before the time, 4 in time"),
        [nameof(HubLimits.InstantMessageBytesMax)] = new(
            InstantMessageBytesMax, "nothing, True, True, 0 over", "MessageTooLarge, False, False, 3 over"),
        [nameof(HubLimits.HeldMessagesMax)] = new(HeldMessagesMax, "nothing, 0 overflows", "NotEnoughResources, 1 overflows"),
        [nameof(HubLimits.HeldBytesMax)] = new(HeldBytesMax, "nothing, 0 overflows", "NotEnoughResources, 1 overflows"),
        [nameof(HubLimits.PrivacyUsersMax)] = new(PrivacyUsersMax, "echoed, 0 over", "not echoed, 1 over"),
        [nameof(HubLimits.StatusTextMax)] = new(StatusTextMax, "told, 0 over", "not told, 1 over"),
        [nameof(HubLimits.AnnounceRecipientsMax)] = new(AnnounceRecipientsMax, "1 1, 0 over", "1 1 0, 1 over"),
        [nameof(HubLimits.AnnounceGroupsMax)] = new(AnnounceGroupsMax, "1 1, 2 asked, 0 over", "1 1 0, 2 asked, 1 over"),
        [nameof(HubLimits.AnnounceMembersMax)] = new(AnnounceMembersMax, "1 1 1", "1 1 1 0"),
        [nameof(HubLimits.EntrancesMax)] = new(EntrancesMax, "open, open, 3 told", "ProtocolError, lost, 3 told"),
        [nameof(HubLimits.DirectoryEntriesPerHub)] = new(DirectoryEntriesPerHub, "live, live", "lost, lost"),
        [nameof(HubLimits.LocatedPerApplication)] = new(LocatedPerApplication, "2 located, 0 over", "2 located, 1 over"),
        [nameof(HubLimits.PlacesPerHub)] = new(PlacesPerHub, "Success", "ServerFull"),
        [nameof(HubLimits.PlaceAllocation)] = new(PlaceAllocation, "at hub 2 still", "at hub 1"),
        [nameof(HubLimits.PlacesAllocatedMax)] = new(PlacesAllocatedMax, "the last one counts", "the last one does not count"),
        [nameof(HubLimits.ReplyWithin)] = new(ReplyWithin, "no answer, 2 open", "ServerNotResponding, 0 open"),
        [nameof(HubLimits.OpenRequestsMax)] = new(OpenRequestsMax, "no answer, 2 open", "ServerNotResponding, 2 open"),
        [nameof(HubLimits.CaptureTimeout)] = new(CaptureTimeout, "nothing, 1 held", "ServerNotResponding, 0 held"),
        [nameof(HubLimits.CaptureRetry)] = new(CaptureRetry, "1 asked", "2 asked"),
        [nameof(HubLimits.CaptureFactsMax)] = new(CaptureFactsMax, "nothing, 0 refused; 0 missed", "ServerNotResponding, 1 refused; 1 missed"),
        [nameof(HubLimits.CaptureBytesMax)] = new(CaptureBytesMax, "nothing, 0 refused; 0 missed", "ServerNotResponding, 1 refused; 1 missed"),
        [nameof(HubLimits.CaptureBatchFacts)] = new(CaptureBatchFacts, "2 2", "2 2 1"),
        [nameof(HubLimits.CaptureBatchBytes)] = new(CaptureBatchBytes, "together", "apart"),
        [nameof(HubLimits.CaptureHeldPerLogin)] = new(CaptureHeldPerLogin, "2 held for the log, 0 wait behind", "2 held for the log, 1 wait behind"),
        [nameof(HubLimits.CaptureGapsMax)] = new(CaptureGapsMax, "2 named, 0 lines unnamed", "2 named, 1 lines unnamed"),
    };

    private static HubScene Scene(Action<HubLimits> set) => new(options => set(options.Limits));

    private static string Fate(FakeClient client) => client.EndedBecause?.ToString() ?? "stays";

    /// <summary>Why a channel of the client was destroyed, if one was.</summary>
    private static string Told(FakeClient client) =>
        client.Inbox.Has<ChannelDestroy>() ? client.Inbox.Take<ChannelDestroy>().Reason.ToString() : "nothing";

    // While the application is silent, and while there is none.
    private static string LoginDecision(int above)
    {
        var told = new List<string>();
        foreach (var isThere in new[] { true, false })
        {
            using var scene = Scene(static limits => limits.LoginDecision = TimeSpan.FromSeconds(3));
            scene.People.Answer<AuthenticateRequest, AuthenticateReply>(static _ => null);
            if (!isThere)
                scene.People.Break();
            var alice = scene.Edge.Attach("alice");
            scene.Loop.Advance(scene.Options.Limits.LoginDecision - ((1 - above) * Moment));
            told.Add(Fate(alice));
        }
        return string.Join(", ", told);
    }

    private static string UndecidedLoginsMax(int above)
    {
        using var scene = Scene(static limits => limits.UndecidedLoginsMax = 2);
        scene.People.Answer<AuthenticateRequest, AuthenticateReply>(static _ => null);
        return Fate(Enumerable.Range(1, 2 + above).Select(i => scene.Edge.Attach($"user{i}")).ToArray()[^1]);
    }

    private static string LoginsPerUser(int above)
    {
        using var scene = Scene(static limits => limits.LoginsPerUser = 2);
        return Fate(Enumerable.Range(1, 2 + above).Select(_ => scene.LogIn("alice")).ToArray()[0]);
    }

    private static string OdditiesPerMinute(int above)
    {
        using var scene = Scene(static limits => limits.OdditiesPerMinute = 2);
        var alice = scene.LogIn("alice");
        for (var i = 0; i < 2 + above; i++)
            alice.SendBytes([0x77, 0x77, 0, 0, 0, 0, 0, 0]);
        return Fate(alice);
    }

    // Of who asks, and of who is asked.
    private static string ChannelsPerLogin(int above)
    {
        using var scene = Scene(static limits => limits.ChannelsPerLogin = 3);
        var (alice, _, _, _) = (scene.LogIn("alice"), scene.LogIn("bob"), scene.LogIn("carol"), scene.LogIn("dave"));
        for (var i = 0; i < 3 + above; i++)
            alice.CreateIm(i % 2 == 0 ? "bob" : "carol");
        FakeClient[] callers = [.. Enumerable.Range(1, 3 + above).Select(i => scene.LogIn($"caller{i}"))];
        foreach (var caller in callers)
            caller.CreateIm("dave");
        return $"{Told(alice)}, {Told(callers[^1])}";
    }

    private static string ChannelsPerApplication(int above)
    {
        using var scene = Scene(static limits => limits.ChannelsPerApplication = 2);
        var (resolve, bot) = (scene.AddResolve("resolve"), scene.AddApplication("bot"));
        var alice = scene.LogIn("alice");
        for (var i = 0; i < 2 + above; i++)
            CreateResolve(alice);
        for (var i = 1; i <= 2 + above; i++)
        {
            bot.Send(ChannelId.Master, new ChannelCreate
            {
                Channel = new ChannelId((uint)i),
                Target = new("alice"),
                Service = ServiceTypes.Conference,
                Protocol = ProtocolTypes.Conference,
                Version = 2,
            });
        }
        return $"{Told(alice)}, {(bot.Inbox.Has<ChannelDestroy>() ? bot.Inbox.Take<ChannelDestroy>().Reason : "nothing")}";
    }

    // At the hub of who asks, and at the hub of who is asked.
    private static string ChannelsPerHub(int above)
    {
        var told = new List<string>();
        foreach (var limited in new[] { 1, 2 })
        {
            using var scene = new ManyHubsScene(2, options => options.Limits.ChannelsPerHub = options.Number == limited ? 2 : 1_000);
            var (alice, _) = (scene[0].LogIn("alice"), scene[1].LogIn("bob"));
            for (var i = 0; i < 2 + above; i++)
                alice.CreateIm("bob");
            told.Add(Told(alice));
        }
        return string.Join(", ", told);
    }

    private static string UnacceptedPerLogin(int above)
    {
        using var scene = Scene(static limits => limits.UnacceptedPerLogin = 2);
        var (alice, bob) = (scene.LogIn("alice"), scene.LogIn("bob"));
        for (var i = 0; i < 5; i++)
            scene.Converse(alice, bob);
        for (var i = 0; i < 2 + above; i++)
            alice.CreateIm("bob");
        return Told(alice);
    }

    private static string AcceptWithin(int above)
    {
        using var scene = Scene(static limits => limits.AcceptWithin = TimeSpan.FromSeconds(5));
        var (alice, bob) = (scene.LogIn("alice"), scene.LogIn("bob"));
        alice.CreateIm("bob");
        scene.Loop.Advance(scene.Options.Limits.AcceptWithin - ((1 - above) * Moment));
        return $"{Told(alice)}, {Told(bob)}";
    }

    private static string RedirectsPerChannel(int above)
    {
        using var scene = Scene(static limits => limits.RedirectsPerChannel = 2);
        FakeApplication[] pair = [scene.AddResolve("one"), scene.AddResolve("other")];
        var alice = scene.LogIn("alice");
        CreateResolve(alice);
        for (var handed = 0; handed < 2 + above; handed++)
        {
            var has = Array.FindIndex(pair, static one => one.Inbox.Has<ChannelCreate>());
            var next = scene.Hub.Status.Participants().Single(one => one.Name == pair[1 - has].Name).LoginId;
            var other = new Opaque(Encoding.ASCII.GetBytes(next));
            pair[has].Send(pair[has].Inbox.Take<ChannelCreate>().Channel, new ChannelDestroy(Reason.ConnectElsewhere, other));
        }
        return Told(alice);
    }

    private static string DirectoryInquiry(int above)
    {
        using var scene = new ManyHubsScene(2, static options => options.Limits.DirectoryInquiry = TimeSpan.FromMilliseconds(500));
        var alice = scene[0].LogIn("alice");
        scene.LinkOf(0, 1).IsSwallowing = true;
        alice.CreateIm("nobody");
        scene.Loop.Advance(scene[0].Options.Limits.DirectoryInquiry - ((1 - above) * Moment));
        return Told(alice);
    }

    // Of a user, of a community, of a place, and of a user to locate.
    private static string IdCharsMax(int above)
    {
        using var scene = Scene(static limits => limits.IdCharsMax = 8);
        var alice = scene.LogIn("alice");
        var id = new string('x', 8 + above);
        var told = new List<string>();
        foreach (var target in new[] { new IdBlock(id), new IdBlock("bob", id) })
        {
            alice.Send(new ChannelCreate
            {
                Channel = new ChannelId(1),
                Target = target,
                Service = ServiceTypes.InstantMessage,
                Protocol = ProtocolTypes.InstantMessage,
                Version = ProtocolVersions.InstantMessage,
            });
            told.Add(Told(alice));
        }
        var watcher = scene.AddApplication("watcher");
        told.Add($"{Activate(watcher, 1, id)}");
        watcher.Locate(id);
        return $"{string.Join(", ", told)}, {watcher.HeardOf<UserLocated>().Count} located";
    }

    private static string ChannelCreates(int above)
    {
        using var scene = Scene(static limits => limits.ChannelCreates = new Rate(PerSecond: 2, Burst: 3));
        var (alice, bob) = (scene.LogIn("alice"), scene.LogIn("bob"));
        return InTime(scene, above, _ => alice.CreateIm("bob"), () => bob.Inbox.TakeAll<ChannelCreate>().Count);
    }

    // On channels, without one and to many, together.
    private static string InstantMessages(int above)
    {
        using var scene = Scene(static limits => limits.InstantMessages = new Rate(PerSecond: 2, Burst: 3));
        var (alice, bob) = (scene.LogIn("alice"), scene.LogIn("bob"));
        var (mine, _) = scene.Converse(alice, bob);
        var announce = new Announce { Text = "tea", Recipients = ["@U bob"] };
        Action[] kinds = [() => alice.Say(mine, [1]), () => SendOneTime(alice, 1), () => alice.Send(announce)];
        var counts = new List<string>();
        for (var first = 0; first < kinds.Length; first++)
        {
            // Each of the three is once the one too many.
            scene.Loop.Advance(TimeSpan.FromSeconds(10));
            counts.Add(InTime(scene, above, i => kinds[(first + i) % kinds.Length](), Taken));
        }
        return string.Join("; ", counts.Distinct());

        int Taken() => bob.Inbox.TakeAll<ChannelSend>().Count + bob.Inbox.TakeAll<OneTime>().Count + bob.Inbox.TakeAll<Announce>().Count;
    }

    private static string StatusChanges(int above)
    {
        using var scene = Scene(static limits => limits.StatusChanges = new Rate(PerSecond: 2, Burst: 3));
        var alice = scene.LogIn("alice");
        return InTime(scene, above, Say, () => alice.Inbox.TakeAll<SetUserStatus>().Count);

        void Say(int i) => alice.Send(new SetUserStatus(new UserStatus(StatusCode.Away, (uint)i)));
    }

    private static string InstantMessageBytesMax(int above)
    {
        using var scene = Scene(static limits => limits.InstantMessageBytesMax = 20);
        var (alice, bob) = (scene.LogIn("alice"), scene.LogIn("bob"));
        var (mine, _) = scene.Converse(alice, bob);
        alice.Say(mine, new byte[20 + above]);
        SendOneTime(alice, 20 + above);
        alice.Send(new Announce { Text = new string('x', 20 + above), Recipients = ["@U bob"] });
        return $"{Told(alice)}, {bob.Inbox.Has<OneTime>()}, {bob.Inbox.Has<Announce>()}, {scene.Counters.OverLimits} over";
    }

    private static string HeldMessagesMax(int above)
    {
        using var scene = Scene(static limits => (limits.InstantMessages, limits.HeldMessagesMax) = (new Rate(PerSecond: 1, Burst: 1), 3));
        var (alice, bob) = (scene.LogIn("alice"), scene.LogIn("bob"));
        var (mine, _) = scene.Converse(alice, bob);
        for (var i = 0; i < 1 + 3 + above; i++)
            alice.Say(mine, [1]);
        return $"{Told(alice)}, {scene.Counters.HeldOverflows} overflows";
    }

    private static string HeldBytesMax(int above)
    {
        // Header, type, length and data of the two that wait.
        const int Overhead = 8 + 2 + 4;
        using var scene = Scene(static limits =>
            (limits.InstantMessages, limits.HeldBytesMax) = (new Rate(PerSecond: 1, Burst: 1), (2 * Overhead) + 30));
        var (alice, bob) = (scene.LogIn("alice"), scene.LogIn("bob"));
        var (mine, _) = scene.Converse(alice, bob);
        foreach (var length in new[] { 100, 20, 10 + above })
            alice.Say(mine, new byte[length]);
        return $"{Told(alice)}, {scene.Counters.HeldOverflows} overflows";
    }

    private static string PrivacyUsersMax(int above)
    {
        using var scene = Scene(static limits => limits.PrivacyUsersMax = 2);
        var alice = scene.LogIn("alice");
        alice.Inbox.Clear();
        var users = Enumerable.Range(0, 2 + above).Select(static i => new UserItem(new UserId($"u{i}")));
        alice.Send(new SetPrivacyList(new PrivacyInfo(Deny: true, [.. users])));
        return $"{(alice.Inbox.Has<SetPrivacyList>() ? "echoed" : "not echoed")}, {scene.Counters.OverLimits} over";
    }

    private static string StatusTextMax(int above)
    {
        using var scene = Scene(static limits => limits.StatusTextMax = 5);
        var alice = scene.LogIn("alice");
        alice.Send(new SetUserStatus(new UserStatus(StatusCode.Away, 0, new string('x', 5 + above))));
        return $"{(alice.Inbox.Has<SetUserStatus>() ? "told" : "not told")}, {scene.Counters.OverLimits} over";
    }

    private static string AnnounceRecipientsMax(int above)
    {
        using var scene = Scene(static limits => limits.AnnounceRecipientsMax = 2);
        var (alice, users) = (scene.LogIn("alice"), Users(scene, 2 + above));
        alice.Send(new Announce { Text = "tea", Recipients = [.. users.Select(static (_, i) => $"@U user{i}")] });
        return $"{Reached(users)}, {scene.Counters.OverLimits} over";
    }

    private static string AnnounceGroupsMax(int above)
    {
        using var scene = Scene(static limits => limits.AnnounceGroupsMax = 2);
        var directory = AddDirectory(scene, static group => [new UserId(group)]);
        var (alice, users) = (scene.LogIn("alice"), Users(scene, 2 + above));
        alice.Send(new Announce { Text = "tea", Recipients = [.. users.Select(static (_, i) => $"@G user{i}")] });
        return $"{Reached(users)}, {directory.QuestionCount} asked, {scene.Counters.OverLimits} over";
    }

    private static string AnnounceMembersMax(int above)
    {
        using var scene = Scene(static limits => limits.AnnounceMembersMax = 3);
        var (alice, users) = (scene.LogIn("alice"), Users(scene, 3 + above));
        AddDirectory(scene, _ => [.. users.Select(static (_, i) => new UserId($"user{i}"))]);
        alice.Send(new Announce { Text = "tea", Recipients = ["@G staff"] });
        return Reached(users);
    }

    // Of a question that is passed on, and of one of the hub's own.
    private static string ReplyWithin(int above)
    {
        using var scene = Scene(static limits => limits.ReplyWithin = TimeSpan.FromSeconds(2));
        scene.People.Answer<SavePrivacyRequest, Done>(static _ => null);
        var (asker, _) = (scene.AddApplication("asker"), AddDirectory(scene, static _ => null));
        scene.LogIn("alice").Send(new SetPrivacyList(PrivacyInfo.Nobody));
        asker.Ask<GroupMembersRequest, GroupMembersReply>(1, new GroupMembersRequest("staff"));
        scene.Loop.Advance(scene.Options.Limits.ReplyWithin - ((1 - above) * Moment));
        return $"{Answer(asker, 1)}, {scene.Hub.Status.OpenRequests} open";
    }

    private static string OpenRequestsMax(int above)
    {
        using var scene = Scene(static limits => limits.OpenRequestsMax = 2);
        var (asker, _) = (scene.AddApplication("asker"), AddDirectory(scene, static _ => null));
        for (uint number = 1; number <= 2 + above; number++)
            asker.Ask<GroupMembersRequest, GroupMembersReply>(number, new GroupMembersRequest("staff"));
        return $"{Answer(asker, 2u + (uint)above)}, {scene.Hub.Status.OpenRequests} open";
    }

    private static void CreateResolve(FakeClient client) => client.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, ProtocolVersions.Resolve);

    private static void SendOneTime(FakeClient client, int bytes) => client.Send(new OneTime
    {
        Target = new("bob"),
        Service = ServiceTypes.Resolve,
        Protocol = ProtocolTypes.Resolve,
        Version = ProtocolVersions.Resolve,
        PayloadType = 3,
        Data = new Opaque(new byte[bytes]),
    });

    private static string Answer(FakeApplication asker, uint number) =>
        asker.Replies.TryGetValue(number, out var reply) ? reply.Reason.ToString() : "no answer";

    /// <summary>
    /// Does something three times, and so often above that one moment before the next half second. Says how many have come at once, before
    /// that time, and then.
    /// </summary>
    private static string InTime(HubScene scene, int above, Action<int> doOnce, Func<int> taken)
    {
        for (var i = 0; i < 3; i++)
            doOnce(i);
        var atOnce = taken();
        scene.Loop.Advance(TimeSpan.FromSeconds(0.5) - Moment);
        for (var i = 0; i < above; i++)
            doOnce(3 + i);
        var before = atOnce + taken();
        scene.Loop.Advance(Moment);
        return $"{atOnce} at once, {before} before the time, {before + taken()} in time";
    }

    private static FakeClient[] Users(HubScene scene, int count) => [.. Enumerable.Range(0, count).Select(i => scene.LogIn($"user{i}"))];

    private static string Reached(FakeClient[] users) => string.Join(' ', users.Select(static user => user.Inbox.TakeAll<Announce>().Count));

    private static FakeApplication AddDirectory(HubScene scene, Func<string, Items<UserId>?> members)
    {
        var directory = scene.AddApplication("directory");
        directory.Answer<GroupMembersRequest, GroupMembersReply>(asked =>
            members(asked.Group) is { } found ? (Reason.Success, new GroupMembersReply(found)) : null);
        directory.Provide(CommunityServices.Directory);
        return directory;
    }
}
