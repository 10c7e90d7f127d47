using System.Text.Json;
using System.Text.Json.Nodes;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers.Subjects;
using Xunit;

namespace Sametime.Tests.Unit.Services.Subjects;

public class EventSealTests
{
    private const int FactsOfEachType = 200;

    private static readonly UserId Alice = new("alice");
    private static readonly UserId Bob = new("bob");
    private static readonly LoginId Login = new(1, 0x65a1b2c3, 7);

    private readonly TestSubjects _subjects = new();

    public static TheoryData<string> Names => [.. EventCatalogue.Current.Entries.Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_sealed_opens_as_the_same_fact(string name)
    {
        var facts = new RandomFacts(seed: 42);
        foreach (var fact in Enumerable.Range(0, FactsOfEachType).Select(_ => facts.Of(TypeOf(name))))
            Assert.Equal(fact, Open(Seal(fact), Reading.Plain));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void No_personal_text_is_in_what_is_stored_when_somebody_is_named(string name)
    {
        var type = TypeOf(name);
        var canaries = new Canaries();
        var written = EventCatalogue.Current.Write((IEvent)canaries.Record(type));
        var stored = Seal(EventCatalogue.Current.Read(written)).Json;

        Assert.All(canaries.Personal, canary => Assert.Contains(canary, written.Json, StringComparison.Ordinal));
        Assert.All(canaries.Personal, canary => Assert.DoesNotContain(canary, stored, StringComparison.OrdinalIgnoreCase));
        Assert.All(canaries.Others, other => Assert.Contains(other, stored, StringComparison.Ordinal));
    }

    [Fact]
    public void What_stays_in_the_clear_though_it_is_personal_is_known_by_name()
    {
        var unowned = from marks in EventCatalogue.Current.Marks from field in marks.Fields where field.Of is null && field.Elements.Count == 0 select $"{marks.Name}/{field.Name}";

        Assert.Equal(["community.double-place/place"], unowned.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Of_an_erased_person_placeholders_are_read_and_of_others_all_there_was()
    {
        var line = Seal(new ChatLineCaptured(Login, Alice, Login, Bob, ChatContent.Text, "a secret"));
        var added = Seal(new UserAdded(Alice, "Alice Example", ["al"], "about her", "$argon2id$"));
        var saved = Seal(new UserStorageItemSaved(Alice, 7, [1, 2]));
        var list = Seal(new PrivacyListSaved(Bob, true, [new PrivacyListed(Alice, "", "Alice"), new PrivacyListed(new UserId("carol"), "x", "Carol")]));
        var group = Seal(new GroupSaved("staff", "all", [Alice, Bob]));
        var gone = new UserId(_subjects.Erase("alice").Placeholder);

        Assert.Equal(new ChatLineCaptured(Login, gone, Login, Bob, ChatContent.Text, "[erased]"), Open(line, Reading.Plain));
        Assert.Equal(new UserAdded(gone, "[erased]", [], "[erased]", "[erased]"), Open(added, Reading.Plain));
        Assert.Equal(new UserStorageItemSaved(gone, 7, []), Open(saved, Reading.Plain));
        Assert.Equal(
            new PrivacyListSaved(Bob, true, [new PrivacyListed(gone, "", "[erased]"), new PrivacyListed(new UserId("carol"), "x", "Carol")]),
            Open(list, Reading.Plain));
        Assert.Equal(new GroupSaved("staff", "all", [gone, Bob]), Open(group, Reading.Plain));
        Assert.StartsWith("erased-", gone.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Pseudonyms_need_no_key_and_are_the_same_in_every_event()
    {
        var (alice, bob) = (new UserId(_subjects.IdOf("alice").Value), new UserId(_subjects.IdOf("bob").Value));

        Assert.Equal(
            new ChatLineCaptured(Login, alice, Login, bob, ChatContent.Text, "[hidden]", "[hidden]"),
            OpenWithoutKeys(Seal(new ChatLineCaptured(Login, Alice, Login, new UserId("BOB"), ChatContent.Text, "a secret", "town hall"))));
        Assert.Equal(new GroupSaved("staff", "all", [alice, bob]), OpenWithoutKeys(Seal(new GroupSaved("staff", "all", [new UserId("Alice"), Bob]))));
        Assert.Equal(new UserStorageItemSaved(alice, 7, []), OpenWithoutKeys(Seal(new UserStorageItemSaved(Alice, 7, [1, 2]))));
        Assert.Equal(
            new LogExtracted("root", "export", "[hidden]", 1, 9, 8, true),
            OpenWithoutKeys(Seal(new LogExtracted("root", "export", "what alice said", 1, 9, 8, true))));
        Assert.Equal(new DoublePlaceFound("[hidden]", 1, 2, 1), OpenWithoutKeys(Seal(new DoublePlaceFound("alice's garden", 1, 2, 1))));
        Assert.Equal(
            new PrivacyListSaved(alice, true, [new PrivacyListed(bob, "", "[hidden]")]),
            OpenWithoutKeys(Seal(new PrivacyListSaved(Alice, true, [new PrivacyListed(Bob, "", "Bob")]))));
    }

    [Fact]
    public void A_person_who_asks_for_his_own_sees_of_others_their_ids_only()
    {
        var reading = Reading.OfPersons(new HashSet<SubjectId> { _subjects.IdOf("alice") });

        Assert.Equal(
            new ChatLineCaptured(Login, Bob, Login, Alice, ChatContent.Text, "[hidden]"),
            Open(Seal(new ChatLineCaptured(Login, Bob, Login, Alice, ChatContent.Text, "what bob said")), reading));
        Assert.Equal(
            new ChatLineCaptured(Login, Alice, Login, Bob, ChatContent.Text, "what alice said"),
            Open(Seal(new ChatLineCaptured(Login, Alice, Login, Bob, ChatContent.Text, "what alice said")), reading));
    }

    [Fact]
    public void Each_spelling_of_a_user_id_comes_back_and_is_the_same_subject()
    {
        var (first, other) = (Seal(new UserRemoved(Alice)), Seal(new UserRemoved(new UserId("ALICE"))));

        Assert.Equal("alice", ((UserRemoved)Open(first, Reading.Plain)).User.Value);
        Assert.Equal("ALICE", ((UserRemoved)Open(other, Reading.Plain)).User.Value);
        Assert.Equal(OpenWithoutKeys(first), OpenWithoutKeys(other));
        Assert.Equal($$"""{"user":"~u.{{_subjects.IdOf("alice")}}"}""", first.Json);
    }

    [Fact]
    public void What_was_altered_or_moved_is_named_and_not_passed_over()
    {
        var stored = Seal(new StatusSet(Login, Alice, StatusCode.Away, 17, "lunch"));
        var fields = JsonNode.Parse(stored.Json)!.AsObject();
        var token = (string)fields["description"]!;
        var elsewhere = Seal(new ParticipantLoggedIn(Login, default, Alice, "Alice Example", default, "192.0.2.1"));

        foreach (var altered in (string[])[token[..^2] + (token[^2] == 'A' ? "BA" : "AA"), token[..^8], token[..40] + "!!!!", (string)JsonNode.Parse(elsewhere.Json)!["address"]!])
        {
            fields["description"] = altered;
            var failure = Assert.Throws<StoreCorruptException>(() => Open(stored with { Json = fields.ToJsonString() }, Reading.Plain));
            Assert.Contains("community.status-set was altered", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_looks_sealed_but_was_written_by_a_person_is_read_as_he_wrote_it()
    {
        var secret = (string)JsonNode.Parse(Seal(new StatusSet(Login, Alice, StatusCode.Away, 17, "a secret")).Json)!["description"]!;
        IEvent[] facts =
        [
            new StatusSet(Login, Bob, StatusCode.Away, 17, secret),
            new ParticipantLoggedIn(Login, default, default, secret, default, secret),
            new PrivacyListSaved(Bob, true, [new PrivacyListed(default, "", secret)]),
            new LoginRefused(secret, secret, default, default),
            new UserRemoved(new UserId($"~u.{_subjects.IdOf("alice")}")),
            new DoublePlaceFound(secret, 1, 2, 1),
        ];

        Assert.All(facts, fact => Assert.Equal(fact, Open(Seal(fact), Reading.Plain)));
    }

    [Fact]
    public void What_an_earlier_version_wrote_in_the_clear_reads_as_it_is_and_is_known_as_such()
    {
        var clear = EventCatalogue.Current.Write(new ChatLineCaptured(Login, Alice, Login, Bob, ChatContent.Text, "hello"));

        Assert.True(EventSeal.Current.IsClear(clear));
        Assert.Equal(EventCatalogue.Current.Read(clear), Open(clear, Reading.Plain));
        Assert.False(EventSeal.Current.IsClear(Seal(EventCatalogue.Current.Read(clear))));
        Assert.False(EventSeal.Current.IsClear(EventCatalogue.Current.Write(new GroupRemoved("staff"))));
        Assert.False(EventSeal.Current.IsClear(EventCatalogue.Current.Write(new ParticipantLoggedIn(Login, default, default, "edge", default, ""))));
    }

    [Fact]
    public void A_user_id_that_an_earlier_version_wrote_in_the_clear_is_no_pseudonym()
    {
        var clear = EventCatalogue.Current.Write(new PrivacyListSaved(Alice, true, [new PrivacyListed(Bob, "", "Bob")]));
        var hidden = new UserId("[hidden]");

        Assert.Equal(new PrivacyListSaved(hidden, true, [new PrivacyListed(hidden, "", "[hidden]")]), OpenWithoutKeys(clear));
        Assert.Equal(new GroupSaved("staff", "all", [hidden, hidden]), OpenWithoutKeys(EventCatalogue.Current.Write(new GroupSaved("staff", "all", [Alice, Bob]))));

        // Nobody is nobody, whoever reads.
        Assert.Equal(new UserRemoved(default), OpenWithoutKeys(EventCatalogue.Current.Write(new UserRemoved(default))));
    }

    [Fact]
    public void An_event_of_a_newer_program_passes_as_it_is_and_shows_nothing_without_names()
    {
        var newer = new WrittenEvent("place.created", 3, """{"place":"alice's garden"}""");

        Assert.Equal(newer, EventSeal.Current.Seal(newer, new SubjectNames()));
        Assert.Equal(newer, EventSeal.Current.Open(newer, _subjects.ById, Reading.Plain));
        Assert.Equal("{}", EventSeal.Current.Open(newer, _subjects.ById, Reading.Pseudonymous).Json);
    }

    private static Type TypeOf(string name) => EventCatalogue.Current.Entries.Single(entry => entry.Name == name).Fields.Type;

    private WrittenEvent Seal(IEvent fact)
    {
        var plain = EventCatalogue.Current.Write(fact);
        var names = new HashSet<string>();
        EventSeal.Current.CollectNames(plain, names);
        return EventSeal.Current.Seal(plain, _subjects.FindOrMake(names));
    }

    private IEvent Open(WrittenEvent stored, Reading reading) => EventCatalogue.Current.Read(EventSeal.Current.Open(stored, _subjects.ById, reading));

    private static IEvent OpenWithoutKeys(WrittenEvent stored) =>
        EventCatalogue.Current.Read(EventSeal.Current.Open(stored, new Dictionary<SubjectId, Subject>(), Reading.Pseudonymous));

    /// <summary>Fills every field of text with a word of its own, so that each can be looked for.</summary>
    private sealed class Canaries
    {
        private int _count;

        public List<string> Personal { get; } = [];

        public List<string> Others { get; } = [];

        public object Record(Type type)
        {
            var constructor = type.GetConstructors().MaxBy(constructor => constructor.GetParameters().Length)!;
            var marks = EventMarks.Of(type).ToDictionary(mark => mark.Name);
            return constructor.Invoke([.. constructor.GetParameters().Select(field =>
                Value(field.ParameterType, marks.GetValueOrDefault(JsonNamingPolicy.CamelCase.ConvertName(field.Name!)) is { Of: not null }))]);
        }

        private object? Value(Type type, bool isPersonal) => type switch
        {
            _ when type == typeof(string) => Word(isPersonal),
            _ when type == typeof(UserId) => new UserId(Word(isPersonal)),
            _ when type == typeof(Items<string>) => (Items<string>)[Word(isPersonal), Word(isPersonal)],
            _ when type == typeof(Items<UserId>) => (Items<UserId>)[new UserId(Word(isPersonal: true))],
            _ when type == typeof(Opaque) => Opaque.Wrap(Convert.FromBase64String(Word(isPersonal) + "AA")),
            _ when type == typeof(Items<PrivacyListed>) => (Items<PrivacyListed>)[(PrivacyListed)Record(typeof(PrivacyListed))],
            _ => Activator.CreateInstance(type),
        };

        // Letters of base64, and as many as make whole bytes of it.
        private string Word(bool isPersonal)
        {
            var word = $"canary{++_count:D8}";
            (isPersonal ? Personal : Others).Add(word);
            return word;
        }
    }
}
