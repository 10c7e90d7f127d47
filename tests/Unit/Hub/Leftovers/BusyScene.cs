using System.Buffers.Binary;
using Sametime.Contracts.Events;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Master;
using Sametime.Hub;
using Sametime.Tests.Kit.Hub;
using Sametime.Tests.Kit.Loop;
using Sametime.Tests.Unit.Hub.Capture;
using Xunit;

namespace Sametime.Tests.Unit.Hub.Leftovers;

/// <summary>
/// Two hubs in the middle of everything at once: logins that are not decided, channels that nobody has accepted, questions without an
/// answer, lines that wait for the log, messages that wait for their rate, changes that are not told. Each can end in every way.
/// </summary>
internal sealed class BusyScene : IDisposable
{
    private readonly ManyHubsScene _scene = new(2, static options =>
    {
        options.LinkAddresses = [$"{options.Name}:1516"];
        var limits = options.Limits;
        (limits.InstantMessages, limits.StatusChanges, limits.ChannelCreates) = (new Rate(1, 20), new Rate(1, 2), new Rate(1, 20));
        (limits.CaptureHeldPerLogin, limits.CaptureFactsMax, limits.CaptureGapsMax) = (3, 9, 1);
    });

    private readonly Dictionary<FakeApplication, int> _answered = [];
    private readonly Dictionary<string, FakeClient> _people = [];
    private readonly (SortedDictionary<string, long>[] Held, int Timers) _idle;
    private uint _lastQuestion = 1_000;

    public BusyScene()
    {
        People = Here.People;
        EdgeTwo = new FakeEdge(Loop, Here.Hub, "edge-1b");
        EdgeOne = Here.Edge;
        Log = new FakeChatLog(Loop, Here.Hub);
        Log.SetPolicy(ChatLogMode.Strict);
        LinkApplications();
        KeepSilent(People);
        Loop.Advance(TimeSpan.FromMinutes(1));
        _idle = (Census(), Loop.TimerCount);
    }

    public ManualLoop Loop => _scene.Loop;

    public ManyHubsScene.Node Here => _scene[0];

    public ManyHubsScene.Node There => _scene[1];

    public HubLink Link => _scene.LinkOf(0, 1);

    public FakeEdge EdgeOne { get; private set; }

    public FakeEdge EdgeTwo { get; private set; }

    public FakeChatLog Log { get; private set; }

    /// <summary>Users and Privacy: silent about logins of "slow" and lists of "late", and about every list that is to be stored.</summary>
    public FakeApplication People { get; private set; }

    /// <summary>Has a channel that is open and one that it has not accepted.</summary>
    public FakeApplication Resolve { get; private set; } = null!;

    /// <summary>Is asked who is in a group, and is silent.</summary>
    public FakeApplication Directory { get; private set; } = null!;

    /// <summary>Has users located, opens places, and asks.</summary>
    public FakeApplication Watcher { get; private set; } = null!;

    /// <summary>Is asked something by the watcher, and is silent.</summary>
    public FakeApplication Silent { get; private set; } = null!;

    /// <summary>Announces to a group, changes her list twice, and says what there is no room for.</summary>
    public FakeClient Erin => _people["erin"];

    public IEnumerable<FakeApplication> Applications => [People, Log.Application, Resolve, Directory, Watcher, Silent];

    public IEnumerable<FakeClient> Clients => [.. EdgeOne.Clients, .. EdgeTwo.Clients];

    public SortedDictionary<string, long>[] Census() => [.. _scene.Hubs.Select(static node => HubCensus.Of(node.Hub))];

    /// <summary>What this hub held before anything began.</summary>
    public SortedDictionary<string, long> IdleHere => _idle.Held[0];

    /// <summary>The names of all that this hub had, once filled.</summary>
    public string[] Filled { get; private set; } = [];

    /// <summary>Everybody comes who does something in <see cref="Fill"/>.</summary>
    public void LogInAll()
    {
        foreach (var name in (string[])["alice", "dave", "erin", "frank"])
            _people[name] = EdgeOne.LogIn(name);
        foreach (var name in (string[])["bob", "guest"])
            _people[name] = EdgeTwo.LogIn(name);
        foreach (var name in (string[])["carol", "zoe"])
            _people[name] = There.LogIn(name);
    }

    /// <summary>Begins everything, and ends nothing.</summary>
    public void Fill()
    {
        LogInAll();
        Begin();
    }

    /// <summary>Those who are logged in begin everything.</summary>
    public void Begin()
    {
        var (alice, dave, erin, frank) = (_people["alice"], _people["dave"], _people["erin"], _people["frank"]);
        var (bob, carol) = (_people["bob"], _people["carol"]);
        EdgeOne.Attach("slow");
        EdgeTwo.Attach("late");

        var (aliceToBob, bobToAlice) = _scene.Converse(alice, bob);
        var (aliceToCarol, _) = _scene.Converse(alice, carol);
        var (daveToBob, _) = _scene.Converse(dave, bob);
        var (erinToBob, _) = _scene.Converse(erin, bob);
        var (erinToDave, _) = _scene.Converse(erin, dave);
        alice.CreateIm("bob");
        alice.CreateIm("carol");
        carol.CreateIm("alice");
        alice.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, ProtocolVersions.Resolve);
        Resolve.Accept(Resolve.Inbox.Take<ChannelCreate>());
        bob.Create(ServiceTypes.Resolve, ProtocolTypes.Resolve, ProtocolVersions.Resolve);

        // Nine facts are all that there is room for, and the log stores none of them.
        Log.IsSlow = true;
        alice.Say(aliceToBob, CaptureScene.Text("first"));
        bob.Say(bobToAlice, CaptureScene.Text("back"));
        bob.Send(bobToAlice, new ChannelSend(0x64, [1, 2, 3]), MessageOptions.Encrypted);
        alice.Say(aliceToCarol, CaptureScene.Text("to the other hub"));
        dave.Say(daveToBob, CaptureScene.Text("bye"));
        dave.Destroy(daveToBob);
        alice.Say(aliceToBob, CaptureScene.Text("the last that is held"));
        alice.Say(aliceToBob, CaptureScene.Text("too far ahead"));
        Log.SetPolicy(ChatLogMode.Relaxed);
        erin.Say(erinToBob, CaptureScene.Text("a gap"));
        erin.Say(erinToDave, CaptureScene.Text("a gap without a name"));

        for (uint change = 1; change <= 4; change++)
            dave.Send(new SetUserStatus(new UserStatus(StatusCode.Away, change)));
        for (var request = 0; request < 25; request++)
            dave.CreateIm("erin");
        erin.Send(new Announce { Text = "tea", Recipients = ["@G staff", "@U bob"] });
        erin.Send(new SetPrivacyList(PrivacyInfo.Nobody));
        erin.Send(new SetPrivacyList(PrivacyInfo.Everybody));
        bob.SendBytes([0x77, 0x77, 0, 0, 0, 0, 0, 0]);
        _people["guest"].Send(new SetPrivacyList(new PrivacyInfo(Deny: true, [new UserItem(new UserId("carol"))])));

        Watcher.Ask<SilentRequest, Done>(1, default);
        Watcher.Locate("alice", "carol", "nobody");
        Watcher.Ask<ActivatePlaceRequest, Done>(2, new ActivatePlaceRequest("hall"));
        Watcher.Ask<AllocatePlaceRequest, PlaceHub>(3, new AllocatePlaceRequest("room"));

        Link.IsSlow = true;
        frank.CreateIm("nobody");
        Watcher.Ask<StorageChangedRequest, Done>(4, new StorageChangedRequest(new UserId("zoe"), "", [1u]));
        Filled = [.. HubCensus.Returning(Census()[0])];
    }

    /// <summary>The log says no, and another one is asked, which is silent.</summary>
    public void AddLogThatIsAsked()
    {
        _ = new FakeChatLog(Loop, Here.Hub, "another log", sharing: Log);
        Log.Answer(Reason.ServerNotResponding);
    }

    /// <summary>Answers every question that an application was asked and has not answered.</summary>
    public void AnswerAll(Reason reason, string home = "")
    {
        foreach (var application in new[] { People, Directory, Silent })
            Answer(application, reason, home);
        while (Log.HasQuestion)
            Log.Answer(reason);
    }

    /// <summary>
    /// Who is logged in stays, and ends what he has begun. Then each of the hubs is as it was when they had just come, in what it keeps for
    /// each of them too.
    /// </summary>
    public void AssertNothingIsLeftOfWhatWasBegun(SortedDictionary<string, long>[] before, string scene)
    {
        Link.IsSlow = false;
        Loop.RunUntilIdle();
        MakeAgain();
        Log.IsSlow = false;
        AnswerAll(Reason.Success);
        Settle();
        foreach (var client in Clients.Where(client => !_people.ContainsValue(client)).ToArray())
            client.Vanish();
        foreach (var node in _scene.Hubs)
        {
            foreach (var channel in node.Hub.Status.Channels())
                _people.Values.FirstOrDefault(client => client.LoginId == channel.Hops[0].Name)?.Destroy(new ChannelId(channel.Hops[0].Channel));
        }
        _people["guest"].Send(new SetPrivacyList(PrivacyInfo.Everybody));
        EndTheWatchersOwn();

        var held = Census();
        for (var hub = 0; hub < held.Length; hub++)
            HubCensus.AssertSame(before[hub], held[hub], $"{scene}, hub {hub + 1}");
        Assert.Equal(_idle.Timers, Loop.TimerCount);
    }

    /// <summary>What nobody has ended yet ends in order, what was lost is made again, and time passes. Then the hubs are as they were.</summary>
    public void AssertNothingIsLeft(string scene)
    {
        Link.IsSlow = false;
        Loop.RunUntilIdle();
        MakeAgain();
        Log.IsSlow = false;
        AnswerAll(Reason.Success);
        foreach (var client in (FakeClient[])[.. Clients, .. There.Edge.Clients])
        {
            if (client.LoginId is null)
                client.Vanish();
            else
                client.LogOut();
        }
        Settle();

        // What was still behind a rate has come by now, and who said it is gone.
        foreach (var client in (FakeClient[])[.. Clients, .. There.Edge.Clients])
            client.Vanish();
        EndTheWatchersOwn();

        var held = Census();
        for (var hub = 0; hub < held.Length; hub++)
            HubCensus.AssertSame(_idle.Held[hub], held[hub], $"{scene}, hub {hub + 1}");
        Assert.Equal(_idle.Timers, Loop.TimerCount);
    }

    public void Dispose() => _scene.Dispose();

    public void Settle()
    {
        Loop.Advance(TimeSpan.FromMinutes(2));
        while (Log.HasQuestion)
            Log.Answer();
        Loop.RunUntilIdle();
    }

    private void EndTheWatchersOwn()
    {
        Watcher.Unlocate("alice", "carol", "nobody");
        Watcher.Ask<DeactivatePlaceRequest, Done>(++_lastQuestion, new DeactivatePlaceRequest("hall"));
        Settle();

        // An allocation is forgotten at the next question after its time.
        Watcher.Ask<ActivatePlaceRequest, Done>(++_lastQuestion, new ActivatePlaceRequest("hall"));
        Watcher.Ask<AllocatePlaceRequest, PlaceHub>(++_lastQuestion, new AllocatePlaceRequest("hall"));
        Watcher.Ask<DeactivatePlaceRequest, Done>(++_lastQuestion, new DeactivatePlaceRequest("hall"));
        Settle();
    }

    private static void KeepSilent(FakeApplication people)
    {
        people.Answer<AuthenticateRequest, AuthenticateReply>(static request => request.LoginName == "slow"
            ? null
            : (Reason.Success, new AuthenticateReply(new UserId(request.LoginName == "guest" ? "" : request.LoginName), request.LoginName, "", "")));
        people.Answer<LoadPrivacyRequest, PrivacyReply>(static request => request.UserId.Value == "late"
            ? null
            : (Reason.Success, new PrivacyReply(PrivacyInfo.Everybody)));
        people.Answer<SavePrivacyRequest, Done>(static _ => null);
    }

    private void LinkApplications()
    {
        Resolve = Here.AddResolve("resolve", ServiceScope.Local);
        Directory = Here.AddApplication("directory");
        Directory.Provide(CommunityServices.Directory);
        Watcher = Here.AddApplication("watcher");
        Silent = Here.AddApplication("silent");
        Silent.Provide(SilentRequest.Service);
    }

    // Components under the names of those that were lost; a hub that is closed or a ghost takes no notice of the difference.
    private void MakeAgain()
    {
        if (Log.Application.Link.IsDead)
            Log = new FakeChatLog(Loop, Here.Hub, sharing: Log);
        if (People.Link.IsDead)
        {
            People = Here.AddApplication(People.Name);
            HubScene.LetIn(People);
            KeepSilent(People);
        }
        if (Resolve.Link.IsDead)
            LinkApplications();
        if (EdgeOne.Link.IsDead)
            EdgeOne = new FakeEdge(Loop, Here.Hub, EdgeOne.Name);
        if (EdgeTwo.Link.IsDead)
            EdgeTwo = new FakeEdge(Loop, Here.Hub, EdgeTwo.Name);
        if (!Here.Hub.Status.Participants().Any(one => one.Name == There.Options.Name))
            _scene.Heal(0, 1);
    }

    private void Answer(FakeApplication application, Reason reason, string home)
    {
        var asked = application.Frames.Where(static frame => frame.Kind == LinkKind.Request).ToArray();
        foreach (var question in asked.Skip(_answered.GetValueOrDefault(application)))
        {
            // Once more to a question that was answered at once is passed over.
            var reader = new WireReader(question.Payload);
            var (service, code) = (new ServiceType(reader.ReadUInt32()), reader.ReadUInt16());
            byte[] fields = reason != Reason.Success ? []
                : (service, code) == (AuthenticateRequest.Service, AuthenticateRequest.Code)
                    ? Bytes.Written(new AuthenticateReply(new UserId("slow"), "Slow", "", home))
                : (service, code) == (LoadPrivacyRequest.Service, LoadPrivacyRequest.Code) ? Bytes.Written(new PrivacyReply(PrivacyInfo.Everybody))
                : service == CommunityServices.Directory ? Bytes.Written(new GroupMembersReply([new UserId("carol"), new UserId("alice")]))
                : [];
            var head = new byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(head, (uint)reason);
            application.Deliver(LinkKind.Reply, question.Handle, [.. head, .. fields]);
        }
        _answered[application] = asked.Length;
    }

    private readonly record struct SilentRequest : ILinkRequest<SilentRequest, Done>
    {
        public static ServiceType Service => new(0x00C0_0999);

        public static ushort Code => 1;

        public static SilentRequest Read(ref WireReader reader) => default;

        public void Write(ref WireWriter writer)
        {
        }
    }
}
