using System.Reflection;
using System.Text.Json.Nodes;
using Sametime.Contracts.Events;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Xunit;

namespace Sametime.Tests.Unit.Events;

public class EventCatalogueTests
{
    private static readonly LoginId Login = new(1, 0x65a1b2c3, 7);
    private static readonly UserId Alice = new("alice");
    private static readonly DateTimeOffset Noon = new(2026, 5, 6, 12, 0, 0, TimeSpan.Zero);

    // Written by the first version of each event. An old log must read the same for ever: never change a line, only add.
    private static readonly (string Name, string Json, IEvent Fact)[] Golden =
    [
        ("community.participant-logged-in",
            """{"login":"000165A1B2C300000007","kind":1,"user":"alice","displayName":"Alice Example","clientType":5888,"address":"127.0.0.1"}""",
            new ParticipantLoggedIn(Login, ParticipantKind.User, Alice, "Alice Example", ClientType.Meanwhile, "127.0.0.1")),
        ("community.participant-logged-out",
            """{"login":"000165A1B2C300000007","kind":1,"user":"alice","reason":2147484193}""",
            new ParticipantLoggedOut(Login, ParticipantKind.User, Alice, Reason.ConnectionBroken)),
        ("community.status-set",
            """{"login":"000165A1B2C300000007","user":"alice","status":96,"time":17,"description":"lunch"}""",
            new StatusSet(Login, Alice, StatusCode.Away, 17, "lunch")),
        ("community.attribute-set",
            """{"login":"000165A1B2C300000007","user":"alice","key":9,"value":"AQI="}""",
            new UserAttributeSet(Login, Alice, 9, [1, 2])),
        ("community.attribute-unset",
            """{"login":"000165A1B2C300000007","user":"alice","key":9}""",
            new UserAttributeUnset(Login, Alice, 9)),
        ("community.service-up", """{"service":17,"provider":"000165A1B2C300000007"}""", new ServiceUp(17, Login)),
        ("community.service-down", """{"service":17,"provider":"000165A1B2C300000007","reason":0}""", new ServiceDown(17, Login, Reason.Success)),
        ("community.route-broken",
            """{"peer":"edge-1","channels":3,"reason":2147484193}""",
            new RouteBroken("edge-1", 3, Reason.ConnectionBroken)),
        ("channel.created",
            """{"creator":"000165A1B2C300000007","channel":5,"target":"bob","service":4096,"protocol":4096}""",
            new ChannelCreated(Login, 5, new UserId("bob"), 0x1000, 0x1000)),
        ("channel.accepted",
            """{"creator":"000165A1B2C300000007","channel":5,"acceptor":"000165A1B2C300000008"}""",
            new ChannelAccepted(Login, 5, Login with { Sequence = 8 })),
        ("channel.destroyed",
            """{"creator":"000165A1B2C300000007","channel":5,"reason":3735928559}""",
            new ChannelDestroyed(Login, 5, (Reason)0xdeadbeef)),
        ("storage.item-saved", """{"user":"alice","key":0,"value":"/wA="}""", new UserStorageItemSaved(Alice, 0, [0xff, 0])),
        ("storage.privacy-list-saved",
            """{"user":"alice","deny":true,"listed":[{"user":"carol","community":"","name":null},{"user":"dan","community":"x","name":"Dan"}]}""",
            new PrivacyListSaved(Alice, true, [new PrivacyListed(new UserId("carol"), "", null), new PrivacyListed(new UserId("dan"), "x", "Dan")])),
        ("directory.user-added",
            """{"user":"alice","displayName":"Alice","loginNames":["al","a.example"],"description":"","passwordHash":"$argon2id$x"}""",
            new UserAdded(Alice, "Alice", ["al", "a.example"], "", "$argon2id$x")),
        ("directory.user-removed", """{"user":"alice"}""", new UserRemoved(Alice)),
        ("directory.user-password-changed",
            """{"user":"alice","passwordHash":"$argon2id$y"}""",
            new UserPasswordChanged(Alice, "$argon2id$y")),
        ("directory.user-home-set", """{"user":"alice","homeHub":"north"}""", new UserHomeSet(Alice, "north")),
        ("directory.group-saved",
            """{"group":"staff","description":"all of us","members":["alice","bob"]}""",
            new GroupSaved("staff", "all of us", [Alice, new UserId("bob")])),
        ("directory.group-removed", """{"group":"staff"}""", new GroupRemoved("staff")),
        ("security.login-refused",
            """{"loginName":"eve","address":"192.0.2.1","authType":4,"reason":2147484177}""",
            new LoginRefused("eve", "192.0.2.1", AuthType.Rc2DiffieHellman, Reason.IncorrectLogin)),
        ("security.login-discarded",
            """{"login":"000165A1B2C300000007","user":"alice","displacedBy":"000165A1B2C300000008","reason":2147484201}""",
            new LoginDiscarded(Login, Alice, Login with { Sequence = 8 }, Reason.OtherComputerLogin)),
        ("security.account-throttled",
            """{"loginName":"alice","address":"192.0.2.1","scope":1}""",
            new AccountThrottled("alice", "192.0.2.1", ThrottleScope.Address)),
        ("community.hub-joined", """{"hub":2,"incarnation":9,"name":"hub-2"}""", new HubJoined(2, 9, "hub-2")),
        ("community.hub-left", """{"hub":2,"incarnation":9,"reason":2147484193}""", new HubLeft(2, 9, Reason.ConnectionBroken)),
        ("community.double-login",
            """{"user":"alice","first":"000165A1B2C300000007","second":"000165A1B2C300000008","rule":"Both"}""",
            new DoubleLoginFound(Alice, Login, Login with { Sequence = 8 }, "Both")),
        ("community.double-place",
            """{"place":"town hall","firstHub":1,"secondHub":2,"keptBy":1}""",
            new DoublePlaceFound("town hall", 1, 2, 1)),
        ("community.login-redirected", """{"user":"alice","fromHub":1,"toHub":2}""", new LoginRedirected(Alice, 1, 2)),
        ("directory.user-renamed",
            """{"user":"alice","displayName":"Alice New","loginNames":["an"],"description":"back"}""",
            new UserRenamed(Alice, "Alice New", ["an"], "back")),
        ("directory.user-disabled", """{"user":"alice"}""", new UserDisabled(Alice)),
        ("directory.user-enabled", """{"user":"alice"}""", new UserEnabled(Alice)),
        ("security.token-issued",
            """{"user":"alice","token":"9f2c","expires":"2026-05-06T12:30:00+00:00","oneTime":true,"for":"000165A1B2C300000007"}""",
            new TokenIssued(Alice, "9f2c", Noon.AddMinutes(30), true, "000165A1B2C300000007")),
        ("security.token-spent",
            """{"user":"alice","token":"9f2c","expires":"2026-05-06T12:30:00+00:00","attempt":"07a1"}""",
            new TokenSpent(Alice, "9f2c", Noon.AddMinutes(30), "07a1")),
        ("security.tokens-revoked", """{"user":"alice","actor":"root"}""", new TokensRevoked(Alice, "root")),
        ("chat.started",
            """{"creator":"000165A1B2C300000007","creatorUser":"alice","acceptor":"000165A1B2C300000008","acceptorUser":"bob","mode":2}""",
            new ChatStarted(Login, Alice, Login with { Sequence = 8 }, new UserId("bob"), ChatLogMode.Strict)),
        ("chat.line-captured",
            """{"author":"000165A1B2C300000007","authorUser":"alice","recipient":"000165A1B2C300000008","recipientUser":"bob","content":0,"text":"hello","place":""}""",
            new ChatLineCaptured(Login, Alice, Login with { Sequence = 8 }, new UserId("bob"), ChatContent.Text, "hello")),
        ("chat.not-captured",
            """{"author":"000165A1B2C300000007","authorUser":"alice","recipient":"000165A1B2C300000008","recipientUser":"bob"}""",
            new ChatNotCaptured(Login, Alice, Login with { Sequence = 8 }, new UserId("bob"))),
        ("chat.line-undelivered", """{"line":7,"reason":2147484193}""", new ChatLineUndelivered(7, Reason.ConnectionBroken)),
        ("chat.lines-missed", """{"lines":3,"why":"the log was away"}""", new ChatLinesMissed(3, "the log was away")),
        ("chat.ended", """{"reason":0}""", new ChatEnded(Reason.Success)),
        ("chat.interrupted", """{"hub":2,"incarnation":9}""", new ChatInterrupted(2, 9)),
        ("chat.policy-set", """{"mode":1,"encrypted":1,"actor":"root"}""", new ChatLogPolicySet(ChatLogMode.Relaxed, EncryptedChat.Decline, "root")),
        ("audit.log-extracted",
            """{"actor":"root","command":"export","question":"all","fromPosition":1,"toPosition":9,"events":8,"named":true,"user":"alice"}""",
            new LogExtracted("root", "export", "all", 1, 9, 8, true, Alice)),
        ("audit.chat-log-read", """{"actor":"root","user":"alice","lines":3}""", new ChatLogRead("root", Alice, 3)),
        ("audit.personal-data-exported", """{"actor":"root","user":"alice","events":3}""", new PersonalDataExported("root", Alice, 3)),
        ("audit.subject-erased", """{"subject":"7c0d","actor":"root"}""", new SubjectErased("7c0d", "root")),
        ("audit.legal-hold-placed", """{"user":"alice","why":"case 7","actor":"root"}""", new LegalHoldPlaced(Alice, "case 7", "root")),
        ("audit.legal-hold-released", """{"user":"alice","actor":"root"}""", new LegalHoldReleased(Alice, "root")),
        ("audit.retention-applied",
            """{"class":"Community","before":"2026-05-06T12:00:00+00:00","events":12}""",
            new RetentionApplied("Community", Noon, 12)),
        ("statistics.hub-sampled",
            """{"logins":3,"users":2,"channels":4,"loginsAccepted":5,"loginsRefused":6,"channelsCreated":7,"messagesRouted":8}""",
            new HubSampled(3, 2, 4, 5, 6, 7, 8)),
        ("admin.hub-drained", """{"hub":2,"actor":"root","logins":300}""", new HubDrained(2, "root", 300)),
    ];

    public static TheoryData<string> Names => [.. EventCatalogue.Current.Entries.Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_event_reads_from_the_json_of_its_first_version_and_writes_it_back(string name)
    {
        var golden = Assert.Single(Golden, golden => golden.Name == name);

        Assert.Equal(golden.Fact, EventCatalogue.Current.Read(new WrittenEvent(name, 1, golden.Json)));
        var written = EventCatalogue.Current.Write(golden.Fact);
        Assert.Equal(name, written.Name);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(golden.Json), JsonNode.Parse(written.Json)), written.Json);
    }

    [Fact]
    public void Every_event_type_is_in_the_catalogue_once()
    {
        var declared = typeof(IEvent).Assembly.GetTypes()
            .Where(type => type.IsAssignableTo(typeof(IEvent)) && !type.IsInterface && type != typeof(UnknownEvent))
            .OrderBy(type => type.Name);

        Assert.Equal(declared, EventCatalogue.Current.Entries.Select(entry => entry.Fields.Type).OrderBy(type => type.Name));
    }

    [Fact]
    public void Every_field_of_text_bytes_or_identity_says_whether_it_is_personal()
    {
        var unmarked =
            from type in EventCatalogue.Current.Entries.Select(entry => entry.Fields.Type).Append(typeof(PrivacyListed)).Append(typeof(UnknownEvent))
            from field in type.GetConstructors().SelectMany(constructor => constructor.GetParameters())
            where NeedsMark(field.ParameterType) && Marks(field) != 1
            select $"{type.Name}.{field.Name}";

        Assert.Empty(unmarked);
    }

    [Fact]
    public void The_check_for_marks_finds_an_unmarked_field()
    {
        var field = typeof(Unmarked).GetConstructors().Single().GetParameters().Single();

        Assert.True(NeedsMark(field.ParameterType));
        Assert.Equal(0, Marks(field));
    }

    [Fact]
    public void An_event_nobody_knows_is_kept_as_it_is()
    {
        var written = new WrittenEvent("place.created", 1, """{"place":"x"}""");

        var read = EventCatalogue.Current.Read(written);

        Assert.Equal(new UnknownEvent("place.created", 1, """{"place":"x"}"""), read);
        Assert.Equal(written, EventCatalogue.Current.Write(read));
    }

    [Fact]
    public void An_event_of_a_version_above_ours_is_kept_as_it_is() =>
        Assert.IsType<UnknownEvent>(EventCatalogue.Current.Read(new WrittenEvent("directory.user-removed", 2, """{"user":{"id":"x"}}""")));

    [Fact]
    public void Fields_that_a_newer_program_added_are_passed_over() =>
        Assert.Equal(new UserRemoved(Alice), EventCatalogue.Current.Read(new WrittenEvent("directory.user-removed", 1, """{"user":"alice","why":"left"}""")));

    [Fact]
    public void An_old_version_is_raised_step_by_step()
    {
        var catalogue = new EventCatalogue(EventCatalogue.Entry.Of(
            TestEventJson.Default.Renamed,
            static old => new JsonObject { ["fullName"] = old["name"]?.DeepClone() },
            static old => new JsonObject { ["displayName"] = old["fullName"] + "!" }));

        Assert.Equal(new Renamed("Alice!"), catalogue.Read(new WrittenEvent("test.renamed", 1, """{"name":"Alice"}""")));
        Assert.Equal(new Renamed("Bob!"), catalogue.Read(new WrittenEvent("test.renamed", 2, """{"fullName":"Bob"}""")));
        Assert.Equal(new Renamed("Carol"), catalogue.Read(new WrittenEvent("test.renamed", 3, """{"displayName":"Carol"}""")));
    }

    [Fact]
    public void A_version_without_its_upcasters_is_found_at_the_start() =>
        Assert.Throws<InvalidOperationException>(() => EventCatalogue.Entry.Of(TestEventJson.Default.Renamed));

    [Fact]
    public void An_event_outside_the_catalogue_is_our_own_mistake() =>
        Assert.Throws<ArgumentException>(() => EventCatalogue.Current.Write(new Unmarked("x")));

    private static bool NeedsMark(Type type) =>
        type == typeof(string) || type == typeof(Opaque) || type == typeof(byte[]) || type == typeof(UserId) || type == typeof(LoginId)
        || (type.IsGenericType && type.GetGenericArguments().Any(NeedsMark));

    private static int Marks(ParameterInfo field) =>
        field.GetCustomAttributes().Count(mark => mark is PersonalAttribute or NotPersonalAttribute or SecretAttribute);

    private sealed record Unmarked(string Name) : IEvent;
}
