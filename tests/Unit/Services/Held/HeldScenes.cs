using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Events;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Applications.Awareness;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Providers;
using Sametime.Contracts.ServerApplications;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Directory;
using Sametime.Contracts.Wire.Resolve;
using Sametime.Contracts.Wire.Storage;
using Sametime.Contracts.Wire.Tokens;
using Sametime.Services.Browsing;
using Sametime.Services.BuddyList;
using Sametime.Services.ChatLogging;
using Sametime.Services.Privacy;
using Sametime.Services.Resolve;
using Sametime.Services.Users;
using Sametime.Services.Users.Passwords;
using Sametime.Services.Users.Tokens;
using Sametime.Services.Users.Tokens.Issued;
using Sametime.Services.UserStorage;
using Sametime.Tests.Kit.Hub;
using Sametime.Tests.Kit.Services;
using Sametime.Tests.Unit.Services.BuddyList.OtherHubs;
using FakeLink = Sametime.Tests.Kit.Services.FakeLink;
using Save = Sametime.Contracts.Wire.Storage.StorageSave;

namespace Sametime.Tests.Unit.Services.Held;

/// <summary>A scene for each service.</summary>
internal static class HeldScenes
{
    private static readonly UserStatus Active = new(StatusCode.Active);

    // So few that a scene gets beyond them.
    private static ServerApplicationOptions Few => new() { ChannelQueueMax = 8, AnswersMax = 8 };

    public static HeldScene Watchers()
    {
        var gate = new Gate();
        var service = new BuddyListService(new GatedStore(gate), new RecordedEvents(), new BuddyListOptions(), NullLogger<BuddyListService>.Instance);
        var it = new ApplicationFixture(Few, service);
        var staff = new PresenceAdd([AwareId.OfPublicGroup("staff"), AwareId.OfUser("carol")]);
        return new HeldScene(it, service) { Use = () => End(Begin("alice")) }
            .EndedAsAChannel(gate, Begin, channel => it.Hub.Send(channel, staff))
            .EachFollowedBy(LogOut)
            .EndedBy("logouts", () =>
            {
                var channel = Begin("alice");
                LogOut();
                End(channel);
            })
            .EndedBy("a limit", () =>
            {
                it.Hub.Send(Begin("alice"), new AttributeSet(1, new Opaque(new byte[4_097])));
                LogOut();
            })
            .EndedBy("bytes that are no request", () =>
            {
                it.Hub.SendRaw(Begin("alice"), AwarenessMessageTypes.Add, [0xff, 0xff, 0xff, 0xff]);
                LogOut();
            })
            .EndedBy("a refusal", () =>
            {
                var channel = Begin("alice");
                Open("alice");
                End(channel);
            })
            .EndedBy("the link in the turn of a change", () =>
            {
                Begin("alice");
                it.Loop.Run(() =>
                {
                    it.Hub.Raise(new StatusChanged(Logins.Of("bob").LoginId, "bob", new UserStatus(StatusCode.Away)));
                    it.Hub.LoseLink();
                });
                it.Hub.Connect();
            });

        ChannelId Open(string user) => it.Hub.Open(ServiceTypes.Awareness, ProtocolTypes.Awareness, ProtocolVersions.Awareness, Logins.Of(user));

        // Alice and bob see each other and all there is to see of each other.
        ChannelId Begin(string user)
        {
            LogOut();
            foreach (var name in (string[])["alice", "bob"])
                it.Hub.Raise(new LoggedIn(Logins.Of(name), ParticipantKind.User, Active, PrivacyInfo.Everybody));
            var channel = Open(user);
            it.Hub.Send(channel, new AttributeWatch([1, 2]));
            it.Hub.Send(channel, new PresenceAdd([AwareId.OfUser("alice"), AwareId.OfUser("bob"), AwareId.OfUser("BOB")]));
            it.Hub.Send(channel, new AttributeSet(1, [1]));
            it.Hub.Send(channel, new AttributeSet(2, [1]));
            it.Hub.Raise(new PrivacyChanged("bob", PrivacyInfo.Nobody));
            it.Hub.Raise(new StatusChanged(Logins.Of("alice").LoginId, "alice", new UserStatus(StatusCode.Away)));
            return channel;
        }

        void End(ChannelId channel)
        {
            it.Hub.Message(channel, new ChannelDestroy(Reason.Success));
            LogOut();
        }

        void LogOut()
        {
            foreach (var name in (string[])["alice", "bob"])
                it.Hub.Raise(new LoggedOut(Logins.Of(name).LoginId, name, Reason.Success));
        }
    }

    public static HeldScene OtherHubs()
    {
        var it = OneBuddyList.Start(static options => (options.SubscribersMax, options.SubscribedAtOnceMax) = (1, 4));
        ChannelId alice = default;
        return new HeldScene(it.It, it.Service)
        {
            Use = () =>
            {
                var channel = Begin();
                it.End(it.Subscriber("alice", "bob"));
                it.End(alice);
                it.End(channel);
            },
        }
            .EndedBy("the channel to the hub, and then nobody watches", () =>
            {
                it.End(Begin());
                it.End(alice);
            })
            .EndedBy("nobody watches, and then the hub accepts", () =>
            {
                Locate();
                it.End(alice);
                it.End(it.Accept(2));
            })
            .EndedBy("a refusal of the hub", () =>
            {
                Locate();
                it.End(it.Creates(2)[^1], Reason.NoSuchUser);
                it.Loop.Advance(TimeSpan.FromMilliseconds(250));
                it.End(it.Creates(2)[^1], Reason.NoSuchUser);
                it.End(alice);
            })
            .EndedBy("the user's leaving the hub while the channel is broken", () =>
            {
                it.End(Begin());
                it.Locate("bob");
                it.Locate("carol");
                it.End(alice);
            })
            .EndedBy("having been given up", () =>
            {
                it.End(Begin());
                it.Loop.Advance(TimeSpan.FromSeconds(30));
                it.End(alice);
                it.Loop.Advance(TimeSpan.FromSeconds(30));
                it.End(it.Creates(2)[^1]);
            })
            .EndedBy("a break that healed and another", () =>
            {
                it.End(Begin());
                it.Loop.Advance(TimeSpan.FromMilliseconds(250));
                it.Tell(it.Accept(2), "bob", "again");
                it.End(it.Creates(2)[^1]);
                it.End(alice);
            })
            .EndedBy("watching and not watching in one turn", () =>
            {
                var channel = Begin();
                it.Loop.Run(() =>
                {
                    it.Hub.Send(alice, new PresenceRemove([AwareId.OfUser("bob")]));
                    it.Hub.Send(alice, new PresenceAdd([AwareId.OfUser("bob"), AwareId.OfUser("erin")]));
                    it.Hub.Send(alice, new PresenceRemove([AwareId.OfUser("bob"), AwareId.OfUser("erin")]));
                });
                it.End(alice);
                it.End(channel);
            })
            .EndedBy("a subscriber too many", () =>
            {
                var peer = it.Subscriber("alice", "bob");
                it.Subscriber("bob");
                it.End(peer);
            })
            .EndedBy("a subscriber who asks for too much", () => it.Subscriber("a", "b", "c", "d", "e"))
            .EndedBy("a subscriber whose users are there and go", () =>
            {
                it.LogIn("bob", 5);
                var peer = it.Subscriber("bob");
                it.Say("bob", 5, new UserStatus(StatusCode.Away));
                it.LogOut("bob", 5);
                it.End(peer);
            })
            .EndedBy("a subscriber's end in the turn of a change", () =>
            {
                it.LogIn("bob", 5);
                var peer = it.Subscriber("bob");
                it.Loop.Run(() =>
                {
                    it.Say("bob", 5, new UserStatus(StatusCode.Away));
                    it.End(peer);
                });
                it.LogOut("bob", 5);
            })
            .EndedBy("the link", () =>
            {
                Begin();
                it.Subscriber("alice", "bob");
                Relink();
            })
            .EndedBy("the link while everything is broken", () =>
            {
                it.End(Begin());
                Relink();
            })
            .EndedBy("the link in the turn of a wish", () =>
            {
                Begin();
                it.Loop.Run(() =>
                {
                    it.Hub.Send(alice, new PresenceAdd([AwareId.OfUser("erin")]));
                    it.Hub.Send(alice, new PresenceRemove([AwareId.OfUser("bob")]));
                    it.Hub.LoseLink();
                });
                Relink();
            });

        void Locate()
        {
            it.Join(2);
            alice = it.Watch("alice", "bob", "carol");
            it.Locate("bob", 2);
            it.Locate("carol", 2);
        }

        // A user of hub 2 is watched here.
        ChannelId Begin()
        {
            Locate();
            var channel = it.Accept(2);
            it.Tell(channel, "bob", "here", null, 1, new PresenceAttribute(1, default, [1]));
            return channel;
        }

        void Relink()
        {
            it.Hub.LoseLink();
            it.Hub.Connect();
            it.Join(2); // as it was
        }
    }

    public static HeldScene Directory()
    {
        var gate = new Gate();
        var store = new GatedStore(gate);
        var service = new DirectoryService([store], store, store, store, new BrowsingOptions(), NullLogger<DirectoryService>.Instance);
        var it = new ApplicationFixture(Few, service);
        return OfChannels(it, gate, service, ServiceTypes.Directory, ProtocolTypes.Directory, ProtocolVersions.Directory, channel =>
        {
            it.Hub.Send(channel, new DirectoryOpen(1, new DirectoryBook(0, "staff")));
            it.Hub.Send(channel, new DirectorySearch(2, 1, 10, DirectorySearchOperation.Seek, "smith*"));
            it.Hub.Send(channel, new DirectoryClose(3, 1));
        }).EndedAsQuestions(gate, () => it.Hub.Ask<GroupMembersRequest, GroupMembersReply>(new("staff")));
    }

    public static HeldScene Resolve()
    {
        var gate = new Gate();
        var service = new ResolveService(new GatedStore(gate), new ResolveOptions(), NullLogger<ResolveService>.Instance);
        var it = new ApplicationFixture(Few, service);
        return OfChannels(it, gate, service, ServiceTypes.Resolve, ProtocolTypes.Resolve, ProtocolVersions.Resolve, channel =>
                it.Hub.Send(channel, new ResolveRequest(1, ["bob", "carol"], ResolveFlags.Users)))
            .EndedBy("too many names", () => it.Hub.Send(
                it.Hub.Open(ServiceTypes.Resolve, ProtocolTypes.Resolve, ProtocolVersions.Resolve, Logins.Of("alice")),
                new ResolveRequest(1, [.. Enumerable.Repeat("bob", 101)], ResolveFlags.Users)));
    }

    public static HeldScene UserStorage()
    {
        var gate = new Gate();
        var service = new UserStorageService(new GatedStore(gate), new UserStorageOptions(), NullLogger<UserStorageService>.Instance);
        var it = new ApplicationFixture(Few, service);
        return OfChannels(it, gate, service, ServiceTypes.Storage, ProtocolTypes.Storage, ProtocolVersions.Storage, channel =>
        {
            it.Hub.Send(channel, new Save(1, [new StorageItem(0, [1])]));
            it.Hub.Send(channel, new StorageLoad(2, [0]));
        });
    }

    public static HeldScene TokensOnRequest()
    {
        var gate = new Gate();
        var store = new GatedStore(gate);
        var options = new TokenOptions { IssuesBurst = 2 };
        var book = new TokenBook(store, TimeProvider.System);
        var service = new TokensService(new TokenIssuer(store, keys: null!, book, options, TimeProvider.System), options,
            NullLogger<TokensService>.Instance);
        var it = new ApplicationFixture(Few, service);
        return OfChannels(it, gate, service, ServiceTypes.Tokens, ProtocolTypes.Tokens, ProtocolVersions.Tokens, channel =>
                it.Hub.Send(channel, new TokenRequest(1, TokenRequestOptions.None, 0, default)))
            .EndedAsQuestions(gate, () => it.Hub.Ask<IssueTokenRequest, IssueTokenReply>(new(new UserId("alice"), OneTime: false, 0, default, "web")))
            .EndedBy("a refusal", () => it.Hub.Open(
                ServiceTypes.Tokens, ProtocolTypes.Tokens, ProtocolVersions.Tokens,
                    Logins.Of("alice") with { UserId = new UserId(Logins.Of("alice").LoginId) }));
    }

    public static HeldScene Privacy()
    {
        var gate = new Gate();
        var service = new PrivacyService(new GatedStore(gate), new PrivacyOptions(), NullLogger<PrivacyService>.Instance);
        var it = new ApplicationFixture(Few, service);
        return new HeldScene(it, service) { Use = Ask }.EndedAsQuestions(gate, Ask);

        void Ask()
        {
            it.Hub.Ask<LoadPrivacyRequest, PrivacyReply>(new(new UserId("alice")));
            it.Hub.Ask<SavePrivacyRequest, Done>(new(new UserId("alice"), "", PrivacyInfo.Nobody));
        }
    }

    public static HeldScene ChatLogging()
    {
        var gate = new Gate();
        var store = new GatedStore(gate);
        var options = new ChatLogOptions();
        var policies = new ChatLogPolicies(store, options, NullLogger<ChatLogPolicies>.Instance);
        var service = new ChatLoggingService(store, policies, options, NullLogger<ChatLoggingService>.Instance);
        var it = new ApplicationFixture(Few, service);
        var line = EventCatalogue.Current.Write(new ChatLineCaptured(
            new LoginId(7, 3, 1), new UserId("alice"), new LoginId(7, 3, 2), new UserId("bob"), ChatContent.Text, "text", ""));
        var captured = new CapturedFact(1, DateTimeOffset.UnixEpoch, "c", line.Name, line.Version, new Opaque(Encoding.UTF8.GetBytes(line.Json)));

        // After one that failed comes one that does not, and the log says so.
        return new HeldScene(it, service, policies) { Use = Ask }.EndedAsQuestions(gate, Ask).EachFollowedBy(() =>
        {
            it.Loop.Advance(TimeSpan.FromMinutes(1));
            Ask();
        });

        void Ask()
        {
            it.Hub.Ask<CaptureRequest, Done>(new CaptureRequest(7, 3, [captured]));
            it.Hub.Ask<ChatLogRequest, ChatLogReply>(new ChatLogRequest("carol"));
            var changed = new EventEnvelope(default, 1, default, default, default, default, new ChatLogPolicySet(default, default, "root"));
            _ = policies.OnEventsAsync([changed], CancellationToken.None).AsTask();
            it.Loop.RunUntilIdle();
        }
    }

    public static HeldScene Passwords()
    {
        var gate = new Gate();
        var options = new PasswordOptions { HashesRunningMax = 1, HashesWaitingMax = 1, ChecksAtOncePerAddress = 2 };
        ApplicationFixture? application = null;
        var time = new LaterTime(() => application!.Loop.Time);
        var places = new HashGate(options, time);
        var turns = new AddressTurns(options);
        var provider = new PasswordAuthenticationProvider(
            [new GatedPasswords(gate, places)], new PasswordThrottle(options, time), turns, new RecordedEvents(), options, time,
            NullLogger<PasswordAuthenticationProvider>.Instance);
        var service = new UsersService([provider], new UsersOptions(), NullLogger<UsersService>.Instance);
        var it = application = new ApplicationFixture(Few, service);
        return new HeldScene(it, service, places) { Use = () => Ask("alice", "pw", 1) }
            .EndedAsQuestions(gate, () =>
            {
                // Of one address more than have their turn, and of others more than have a place.
                for (var i = 0; i < 3; i++)
                    Ask("alice", "pw", 1);
                Ask("bob", "other", 2);
                Ask("carol", "other", 3);
            });

        void Ask(string name, string password, byte from) => it.Hub.Ask<AuthenticateRequest, AuthenticateReply>(new(
            name, CredentialKind.Password, FakeLink.Sealed(Encoding.UTF8.GetBytes(password)), [192, 0, 2, from], ClientType.Meanwhile,
                TransportSecurity.None));
    }

    public static HeldScene Tokens()
    {
        var gate = new Gate();
        ApplicationFixture? application = null;
        var time = new LaterTime(() => application!.Loop.Time);
        var book = new TokenBook(new GatedStore(gate), time);
        var door = new TokenDoor([new BookedTokens(book)], new RecordedEvents(), new TokenOptions(), time, NullLogger<TokenDoor>.Instance);
        var service = new UsersService([door], new UsersOptions(), NullLogger<UsersService>.Instance);
        var it = application = new ApplicationFixture(Few, service);
        return new HeldScene(it, service, book) { Use = Ask }.EndedAsQuestions(gate, () =>
        {
            Ask();
            Ask();
        });

        void Ask() => it.Hub.Ask<AuthenticateRequest, AuthenticateReply>(new(
            "alice", CredentialKind.Token, FakeLink.Sealed("token"u8), [192, 0, 2, 1], ClientType.Meanwhile, TransportSecurity.None));
    }

    public static HeldScene Accounts()
    {
        var gate = new Gate();
        var store = new GatedStore(gate);
        var interval = TimeSpan.FromSeconds(5);
        var service = new AccountWatch([store], [], interval, NullLogger<AccountWatch>.Instance);
        var it = new ApplicationFixture(Few, service);
        return new HeldScene(it, service) { Use = Use }
            .EndedBy("a directory that is away", () => Failing(new StoreUnavailableException("away")))
            .EndedBy("a directory that is broken", () => Failing(new InvalidOperationException("a bug")))
            .EndedBy("a directory that gave up", () => Failing(new TaskCanceledException("gave up")))
            .EndedBy("a logout while the directory is asked", () =>
            {
                LogIn();
                gate.Hold();
                it.Loop.Advance(interval);
                LogOut();
                it.Loop.Run(gate.Release);
            })
            .EndedBy("the link while the directory is asked", () =>
            {
                LogIn();
                gate.Hold();
                it.Loop.Advance(interval);
                it.Hub.LoseLink();
                it.Hub.Connect();
                it.Loop.Run(gate.Release);
            })
            .EndedBy("the end of a disabled user", () =>
            {
                store.Disabled.Add(new UserId("alice"));
                LogIn();
                it.Loop.Advance(interval);
                LogOut();
                store.Disabled.Clear();
            });

        void Use()
        {
            LogIn();
            it.Loop.Advance(interval);
            LogOut();
            it.Loop.Advance(TimeSpan.FromMinutes(1));
        }

        void Failing(Exception failure)
        {
            LogIn();
            gate.Failure = failure;
            it.Loop.Advance(interval);
            gate.Failure = null;
            LogOut();
            it.Loop.Advance(TimeSpan.FromMinutes(1));
            Use(); // the next look is as good as any
        }

        void LogIn() => it.Hub.Raise(new LoggedIn(Logins.Of("alice"), ParticipantKind.User, Active, PrivacyInfo.Everybody));

        void LogOut() => it.Hub.Raise(new LoggedOut(Logins.Of("alice").LoginId, "alice", Reason.Success));
    }

    private static HeldScene OfChannels(
        ApplicationFixture it, Gate gate, IService service, ServiceType type, ProtocolType protocol, uint version, Action<ChannelId> ask)
    {
        return new HeldScene(it, service)
        {
            Use = () =>
            {
                var channel = Open("alice");
                ask(channel);
                it.Hub.Message(channel, new ChannelDestroy(Reason.Success));
            },
        }.EndedAsAChannel(gate, Open, ask);

        ChannelId Open(string user) => it.Hub.Open(type, protocol, version, Logins.Of(user));
    }

    /// <summary>The clock of a loop that is made later.</summary>
    private sealed class LaterTime(Func<TimeProvider> later) : TimeProvider
    {
        public override long TimestampFrequency => later().TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => later().GetUtcNow();

        public override long GetTimestamp() => later().GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            later().CreateTimer(callback, state, dueTime, period);
    }
}
