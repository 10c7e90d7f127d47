using Sametime.Contracts.Events;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Hubs;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Hub;
using Sametime.Tests.Kit.Hub;
using Sametime.Tests.Unit.Hub.Capture;

namespace Sametime.Tests.Unit.Hub.Limits;

/// <summary>Those between hubs, and those of the log of conversations.</summary>
internal static partial class LimitScenarios
{
    // Of an Edge, of another hub, and what this hub says itself when its Edges together have more.
    private static string EntrancesMax(int above)
    {
        using var scene = new ManyHubsScene(2, static options => options.Limits.EntrancesMax = 3);
        var edge = new FakeEdge(scene.Loop, scene[0].Hub, "edge-1b");
        edge.Deliver(LinkKind.EdgeHello, 0, Bytes.Of(new EdgeHello(Entrances(3 + above))));
        Deliver(scene, 0, new Roster(Entrances(3 + above)));
        var isLinked = scene[0].Hub.Status.Participants().Any(static one => one.Name == "hub-2");

        using var many = new ManyHubsScene(2, static options => options.Limits.EntrancesMax = 3);
        many[0].Edge.Deliver(LinkKind.EdgeHello, 0, Bytes.Of(new EdgeHello(Entrances(2))));
        new FakeEdge(many.Loop, many[0].Hub, "edge-1b").Deliver(LinkKind.EdgeHello, 0, Bytes.Of(new EdgeHello(Entrances(1 + above))));
        var reader = new WireReader(many.LinkOf(0, 1).Left.Sent.Last(static frame => frame.Kind == LinkKind.Roster).Payload);
        return $"{edge.Link.ClosedBecause?.ToString() ?? "open"}, {(isLinked ? "open" : "lost")}, {Roster.Read(ref reader).Entrances.Count} told";
    }

    // In a snapshot, and by one change after another; logins and places together.
    private static string DirectoryEntriesPerHub(int above)
    {
        var told = new List<string>();
        foreach (var isSnapshot in new[] { true, false })
        {
            using var scene = new ManyHubsScene(2, static options => options.Limits.DirectoryEntriesPerHub = options.Number == 1 ? 3 : 1_000);
            var places = scene[1].AddApplication("places");
            if (isSnapshot)
                scene.Part(0, 1);
            for (var i = 0; i < 2 + above; i++)
                scene[1].LogIn($"user{i}");
            Activate(places, 1, "hall");
            if (isSnapshot)
                scene.Heal(0, 1);
            told.Add(scene[0].Hub.Status.Directory().Parts.Any(static part => part is { Hub: 2, IsLive: true }) ? "live" : "lost");
        }
        return string.Join(", ", told);
    }

    private static string LocatedPerApplication(int above)
    {
        using var scene = Scene(static limits => limits.LocatedPerApplication = 2);
        var watcher = scene.AddApplication("watcher");

        // What was taken back counts no more, what is asked for again counts once, and others have a count of their own.
        scene.AddApplication("another").Locate("a", "b");
        watcher.Locate("x", "y");
        watcher.Unlocate("x", "y");
        watcher.Heard.Clear();
        for (var i = 0; i < 2 + above; i++)
            watcher.Locate($"user{i}");
        var located = watcher.HeardOf<UserLocated>().Count;
        watcher.Locate("user0", "user1");
        return watcher.HeardOf<UserLocated>().Count == located + 2
            ? $"{located} located, {scene.Counters.OverLimits} over"
            : "asked twice counts twice";
    }

    private static string PlacesPerHub(int above)
    {
        using var scene = Scene(static limits => limits.PlacesPerHub = 2);
        var places = scene.AddApplication("places");
        return Enumerable.Range(1, 2 + above).Select(i => Activate(places, (uint)i, $"place{i}")).ToArray()[^1].ToString();
    }

    private static string PlaceAllocation(int above)
    {
        using var scene = new ManyHubsScene(2, static options => options.Limits.PlaceAllocation = TimeSpan.FromSeconds(3));
        var places = scene[0].AddApplication("places");
        _ = (Allocate(places, 1, "a"), Allocate(places, 2, "b"));
        scene.Loop.Advance(scene[0].Options.Limits.PlaceAllocation - ((1 - above) * Moment));
        return Allocate(places, 3, "b") is var hub && hub == 2 ? "at hub 2 still" : $"at hub {hub}";
    }

    private static string PlacesAllocatedMax(int above)
    {
        using var scene = new ManyHubsScene(3, static options => options.Limits.PlacesAllocatedMax = 2);
        var places = scene[0].AddApplication("places");
        var last = Enumerable.Range(1, 2 + above).Select(i => Allocate(places, (uint)i, $"place{i}")).ToArray()[^1];

        // The next one goes to another hub, unless nobody remembers.
        return Allocate(places, 9, "next") == last ? "the last one does not count" : "the last one counts";
    }

    private static string CaptureTimeout(int above)
    {
        using var scene = Strict(static limits => limits.CaptureTimeout = TimeSpan.FromSeconds(4));
        scene.AliceSays("waits");
        scene.Hub.Loop.Advance(scene.Hub.Options.Limits.CaptureTimeout - ((1 - above) * Moment));
        return $"{Told(scene.Alice)}, {scene.Hub.Hub.Status.Capture.HeldMessages} held";
    }

    private static string CaptureRetry(int above)
    {
        using var scene = Strict(static limits => limits.CaptureRetry = TimeSpan.FromSeconds(2));
        scene.Log.Refuses = Reason.ServerNotResponding;
        scene.AliceSays("no");
        scene.Hub.Loop.Advance(scene.Hub.Options.Limits.CaptureRetry - ((1 - above) * Moment));
        return $"{scene.Log.Questions.Count} asked";
    }

    // The beginning of the conversation is a fact too.
    private static string CaptureFactsMax(int above) => Lines(2 + above, static limits => limits.CaptureFactsMax = 3);

    // Strict, the messages that wait count too; the next one has no room once what is there has come to the limit.
    private static string CaptureBytesMax(int above)
    {
        using var learnt = Strict(static _ => { });
        using var relaxed = Relaxed(static _ => { });
        var strictBytes = BytesAfter(learnt) + Held(1) + Held(2);
        var relaxedBytes = BytesAfter(relaxed);
        var refused = RefusedIn(3, limits => limits.CaptureBytesMax = strictBytes + 1 - above);
        var missed = MissedIn(3, limits => limits.CaptureBytesMax = relaxedBytes + 1 - above);
        return $"{refused}; {missed}";

        static int Held(int line) => 8 + 2 + 4 + CaptureScene.Text($"{line}").Length;

        static int BytesAfter(CaptureScene scene)
        {
            scene.AliceSays("1");
            scene.AliceSays("2");
            return scene.Hub.Hub.Status.Capture.WaitingBytes;
        }
    }

    private static string CaptureBatchFacts(int above)
    {
        using var scene = Strict(static limits => limits.CaptureBatchFacts = 2);
        for (var i = 0; i < 3 + above; i++)
            scene.AliceSays($"{i}");
        AnswerAll(scene);
        return string.Join(' ', scene.Log.Questions.Select(static question => question.Facts.Count));
    }

    private static string CaptureBatchBytes(int above)
    {
        // What a fact costs besides its fields.
        const int FactOverheadBytes = 200;
        using var learnt = Strict(static _ => { });
        learnt.AliceSays("one");
        AnswerAll(learnt);
        var line = learnt.Log.Facts[^1].Fields.Length + FactOverheadBytes;

        using var scene = Strict(limits => limits.CaptureBatchBytes = (2 * line) - above);
        scene.AliceSays("zero");
        scene.AliceSays("one");
        scene.AliceSays("two");
        AnswerAll(scene);
        return scene.Log.Questions[^1].Facts.Count == 2 ? "together" : "apart";
    }

    private static string CaptureHeldPerLogin(int above)
    {
        using var scene = Strict(static limits => limits.CaptureHeldPerLogin = 2);
        for (var i = 0; i < 2 + above; i++)
            scene.AliceSays($"{i}");
        return $"{scene.Hub.Hub.Status.Capture.HeldMessages} held for the log, {scene.Hub.Counters.MessagesHeld} wait behind";
    }

    private static string CaptureGapsMax(int above)
    {
        using var scene = Relaxed(static limits => (limits.CaptureFactsMax, limits.CaptureGapsMax) = (1, 2));
        scene.AliceSays("in");
        for (var i = 0; i < 2 + above; i++)
        {
            var (atAlice, _) = scene.Hub.Converse(scene.Alice, scene.Bob);
            scene.Alice.Say(atAlice, CaptureScene.Text("out"));
        }
        var named = scene.Hub.Hub.Status.Capture.Gaps;
        AnswerAll(scene);
        var unnamed = scene.Log.Facts.Where(static fact => fact.Correlation.Length == 0).Select(FakeChatLog.Read).OfType<ChatLinesMissed>();
        return $"{named} named, {unnamed.Sum(static gap => gap.Lines)} lines unnamed";
    }

    private static string Lines(int count, Action<HubLimits> set) => $"{RefusedIn(count, set)}; {MissedIn(count, set)}";

    private static string RefusedIn(int lines, Action<HubLimits> set)
    {
        using var scene = Strict(set);
        for (var line = 1; line <= lines; line++)
            scene.AliceSays($"{line}");
        return $"{Told(scene.Alice)}, {scene.Hub.Counters.LinesRefused} refused";
    }

    private static string MissedIn(int lines, Action<HubLimits> set)
    {
        using var scene = Relaxed(set);
        for (var line = 1; line <= lines; line++)
            scene.AliceSays($"{line}");
        return CaptureScene.LinesOf(scene.Bob).Count() == lines ? $"{scene.Hub.Counters.LinesMissed} missed" : "not all were delivered";
    }

    private static CaptureScene Strict(Action<HubLimits> set) => Slow(ChatLogMode.Strict, set);

    private static CaptureScene Relaxed(Action<HubLimits> set) => Slow(ChatLogMode.Relaxed, set);

    private static CaptureScene Slow(ChatLogMode mode, Action<HubLimits> set)
    {
        var scene = new CaptureScene(mode, configure: options => set(options.Limits));
        scene.Log.IsSlow = true;
        return scene;
    }

    private static void AnswerAll(CaptureScene scene)
    {
        while (scene.Hub.Hub.Status.Capture.Waiting > 0)
            scene.Log.Answer();
    }

    private static Items<Entrance> Entrances(int count) =>
        [.. Enumerable.Range(1, count).Select(static i => new Entrance($"edge-{i}", [$"edge{i}.example:1533"]))];

    private static void Deliver<TPayload>(ManyHubsScene scene, int to, TPayload payload)
        where TPayload : ILinkPayload<TPayload> =>
        scene.Loop.Run(() => scene[to].Hub.OnLinkFrame(scene.LinkOf(0, 1).Left, new LinkFrame(TPayload.Kind, 0, Bytes.Of(payload))));

    private static Reason Activate(FakeApplication application, uint number, string place)
    {
        application.Ask<ActivatePlaceRequest, Done>(number, new ActivatePlaceRequest(place));
        return application.Replies[number].Reason;
    }

    private static int Allocate(FakeApplication application, uint number, string place)
    {
        application.Ask<AllocatePlaceRequest, PlaceHub>(number, new AllocatePlaceRequest(place));
        var reader = new WireReader(application.Replies[number].Fields);
        return PlaceHub.Read(ref reader).Number;
    }
}
