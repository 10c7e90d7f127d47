using System.CommandLine;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Compose;
using Sametime.Compose.Commands;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Xunit;

namespace Sametime.Tests.Unit.Compose;

/// <summary>What an operator types and what he reads, command by command, on one embedded store.</summary>
[Collection(nameof(WholeProcess))]
public sealed class CommandOutputTests : IDisposable
{
    private static readonly SettingOverrides Line = SettingOverrides.Split(["--Passwords:MemoryKiB=64", "--Subjects:EraseGrace=00:00:00"]);

    private readonly string _folder = Directory.CreateTempSubdirectory("sametime-words-").FullName;
    private readonly TextReader _typed = Console.In;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string File => Path.Combine(_folder, "file");

    public void Dispose()
    {
        Console.SetIn(_typed);
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Users_are_added_changed_listed_and_removed()
    {
        await SaysAsync("user alice added", ["user", "add", "alice", "--display", "Alice Example", "--alias", "al", "--alias", "lis", "--home", "north", "--password-stdin"], "secret");
        await SaysAsync("user bob added", ["user", "add", "bob", "--password-stdin"], "secret");
        await SaysAsync("alice\tAlice Example\tal lis\tnorth\nbob\tbob\t\t", ["user", "list"]);
        await SaysAsync("user alice renamed", ["user", "rename", "alice", "--no-alias"]);
        await SaysAsync("user alice may be at any hub", ["user", "home", "alice", "--any"]);
        await SaysAsync("user bob is at home at south", ["user", "home", "bob", "south"]);
        await SaysAsync("user bob disabled", ["user", "disable", "bob"]);
        await SaysAsync("alice\tAlice Example\t\t\nbob\tbob\t\tsouth\tdisabled", ["user", "list"]);
        await SaysAsync("user alice renamed", ["user", "rename", "alice", "--display", "Alicia", "--alias", "ali"]);
        await SaysAsync("user bob enabled", ["user", "enable", "bob"]);
        await SaysAsync("alice\tAlicia\tali\t\nbob\tbob\t\tsouth", ["user", "list"]);
        await SaysAsync("password of bob changed", ["user", "passwd", "bob", "--password-stdin"], "other");
        await SaysAsync("group staff has 1 member", ["group", "add", "staff", "alice"]);
        await SaysAsync("group staff has 2 members", ["group", "add", "staff", "alice", "bob"]);
        await SaysAsync("user bob removed", ["user", "remove", "bob"]);
        await SaysAsync("alice\tAlicia\tali\t", ["user", "list"]);
    }

    [Theory]
    [InlineData("", "the password is empty")]
    [InlineData(null, "the password is empty")]
    [InlineData("257", "the password has more than 256 characters")]
    [InlineData("256", null)]
    [InlineData("1", null)]
    public async Task A_password_is_something_and_no_book(string? length, string? refusal)
    {
        Console.SetIn(new StringReader(length is null ? "" : length.Length == 0 ? "\nsecond line" : new string('p', int.Parse(length, null)) + "\n"));
        var adding = RunAsync(["user", "add", "alice", "--password-stdin"]);

        if (refusal is null)
            Assert.Equal("user alice added", await adding);
        else
            Assert.Equal(refusal, (await Assert.ThrowsAsync<CommandException>(() => adding)).Message);
    }

    [Fact]
    public async Task What_is_held_on_a_person_is_all_of_his_and_nothing_of_others()
    {
        var (alice, bob) = (new UserId("alice"), new UserId("bob"));
        await SaysAsync("user alice added", ["user", "add", "alice", "--display", "Alice", "--alias", "al", "--home", "north", "--password-stdin"], "secret");
        await SaysAsync("user bob added", ["user", "add", "bob", "--password-stdin"], "secret");
        await SaysAsync("group staff has 2 members", ["group", "add", "staff", "alice", "bob"]);
        await SaysAsync("group others has 1 member", ["group", "add", "others", "bob"]);
        await InStoreAsync(async store =>
        {
            foreach (var (user, key, value) in new[] { (alice, 9u, "nine"), (alice, 7u, "seven"), (bob, 7u, "his") })
                await store.UserStorage.SaveAsync(user, Items.Create([new StoredItem(key, Opaque.Create(System.Text.Encoding.UTF8.GetBytes(value)))]), Stop);
            await store.Privacy.SaveAsync(alice, new PrivacyInfo(true, Items.Create([new UserItem(bob, "", "Bob")])), Stop);
            await store.Log.RecordAsync([Said(0, new ChatLineCaptured(new(1, 1, 1), alice, new(1, 1, 2), bob, ChatContent.Text, "hello bob"), "c")], Stop);
        });

        var said = await RunAsync(["user", "export", "alice", "--to", File]);

        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        var held = JsonNode.Parse(await System.IO.File.ReadAllTextAsync(File, Stop))!.AsObject();
        Assert.Equal($"user alice exported to {File}: {held["events"]!.AsArray().Count} events", said);
        Assert.Equal(["user", "account", "groups", "storedValues", "privacyList", "events"], held.Select(static field => field.Key));
        Assert.Equal("alice", (string?)held["user"]);
        Assert.Equal("""{"id":"alice","displayName":"Alice","loginNames":["al"],"description":"","homeHub":"north"}""", held["account"]!.ToJsonString());
        Assert.Equal("""["staff"]""", held["groups"]!.ToJsonString());
        Assert.Equal("""[{"key":7,"value":"c2V2ZW4="},{"key":9,"value":"bmluZQ=="}]""", held["storedValues"]!.ToJsonString());
        Assert.Equal("""{"deny":true,"listed":[{"user":"bob","community":"","name":"Bob"}]}""", held["privacyList"]!.ToJsonString());
        var names = held["events"]!.AsArray().Select(static one => (string)one!["event"]!).ToArray();
        Assert.Equal(["chat.line-captured", "directory.user-added"], names.Where(static name => name.StartsWith("chat", StringComparison.Ordinal) || name.EndsWith("user-added", StringComparison.Ordinal)).Distinct().Order());
        Assert.DoesNotContain("argon2id", held.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String("his"u8), held.ToJsonString(), StringComparison.Ordinal);
        var line = held["events"]!.AsArray().Single(static one => (string?)one!["event"] == "chat.line-captured")!.AsObject();
        Assert.Equal(("chat-1-1", 1L, "hello bob"), ((string?)line["stream"], (long)line["sequence"]!, (string?)line["fields"]!["text"]));

        // That it was given out is in the log, with how much.
        await InStoreAsync(async store =>
        {
            var audit = await store.Events.ReadStreamAsync(EventStreamName.Audit, 0, Stop).Select(static stored => stored.Envelope.Payload).OfType<PersonalDataExported>().ToListAsync(Stop);
            Assert.Equal((alice, names.Length), (Assert.Single(audit).User, audit[0].Events));
        });
    }

    [Fact]
    public async Task A_name_that_is_not_given_anew_stays_and_a_description_too()
    {
        await SaysAsync("user alice added", ["user", "add", "alice", "--display", "Alice", "--alias", "al", "--home", "north", "--password-stdin"], "secret");
        var names = new List<string>();
        foreach (var words in (string[][])[["--description", "builds"], ["--display", "Alicia"], ["--alias", "ali", "--alias", "lis"], ["--description", ""]])
        {
            await SaysAsync("user alice renamed", ["user", "rename", "alice", .. words]);
            await InStoreAsync(async store =>
            {
                var user = (await store.Directory.FindUserAsync(new UserId("alice"), Stop))!;
                names.Add($"{user.DisplayName}, {string.Join(' ', user.LoginNames)}, {user.Description}, {user.HomeHub}");
            });
        }

        Assert.Equal(["Alice, al, builds, north", "Alicia, al, builds, north", "Alicia, ali lis, builds, north", "Alicia, ali lis, , north"], names);
    }

    [Fact]
    public async Task Tokens_of_who_is_removed_let_nobody_in_who_gets_his_id_one_day_and_those_of_others_still_do()
    {
        foreach (var user in (string[])["alice", "bob"])
        {
            await SaysAsync($"user {user} added", ["user", "add", user, "--password-stdin"], "secret");
            await RunAsync(["token", "issue", user]);
        }

        await SaysAsync("user ALICE removed", ["user", "remove", "ALICE"]);

        await InStoreAsync(async store => Assert.Equal(
            new TokensRevoked(new UserId("alice"), Environment.UserName),
            Assert.Single(await store.Log.ReadAsync(LogRange.All, EventView.Plain, Stop).Select(static stored => stored.Envelope.Payload).OfType<TokensRevoked>().ToListAsync(Stop))));
    }

    [Fact]
    public async Task A_policy_is_changed_in_the_part_that_is_named_and_a_hold_is_listed_until_it_is_released()
    {
        await SaysAsync("user alice added", ["user", "add", "alice", "--password-stdin"], "secret");
        await SaysAsync("conversations are logged: off; encryption between clients: pass", ["chatlog", "policy"]);
        await SaysAsync("conversations are logged: strict; encryption between clients: pass", ["chatlog", "policy", "strict"]);
        await SaysAsync("conversations are logged: strict; encryption between clients: decline", ["chatlog", "policy", "--encrypted", "decline"]);
        await SaysAsync("conversations are logged: relaxed; encryption between clients: decline", ["chatlog", "policy", "relaxed"]);
        await SaysAsync("conversations are logged: relaxed; encryption between clients: decline", ["chatlog", "policy"]);
        await InStoreAsync(async store => Assert.Equal(
            3, await store.Events.ReadStreamAsync(EventStreamName.ChatPolicy, 0, Stop).CountAsync(static stored => stored.Envelope.Payload is ChatLogPolicySet, Stop)));

        await SaysAsync("nothing of alice is removed or erased until the hold is released", ["chatlog", "hold", "alice", "--why", "case 7"]);
        var hold = (await RunAsync(["chatlog", "holds"])).Split('\t');
        Assert.Equal(("alice", Environment.UserName, "case 7"), (hold[0], hold[2], hold[3]));
        await SaysAsync("the hold on alice is released", ["chatlog", "release", "alice"]);
        await SaysAsync("", ["chatlog", "holds"]);
        await SaysAsync("user alice erased", ["user", "erase", "alice", "--yes"]);
        await SaysAsync("", ["user", "list"]);
    }

    [Fact]
    public async Task What_was_said_is_shown_by_who_said_it_when_and_where()
    {
        await SaysAsync("user alice added", ["user", "add", "alice", "--password-stdin"], "secret");
        await InStoreAsync(async store =>
        {
            var (alice, bob, carol) = (new UserId("alice"), new UserId("bob"), new UserId("carol"));
            var said = new (UserId From, UserId To, string Text, string Place)[] { (alice, bob, "one", ""), (bob, alice, "two", ""), (alice, carol, "three", ""), (carol, default, "four", "hall") };
            await store.Log.RecordAsync([.. said.Select((line, minute) => Said(
                minute, new ChatLineCaptured(new(1, 1, 1), line.From, new(1, 1, 2), line.To, ChatContent.Text, line.Text, line.Place), $"c{minute}"))], Stop);
        });

        Assert.Equal("one two three four", await TextsAsync());
        Assert.Equal("one two three", await TextsAsync("--user", "alice"));
        Assert.Equal("one two", await TextsAsync("--user", "alice", "--with", "bob"));
        Assert.Equal("two three", await TextsAsync("--from", "2026-05-06T09:01Z", "--to", "2026-05-06T09:03Z"));
        Assert.Equal("three", await TextsAsync("--text", "HRE"));
        Assert.Equal("four", await TextsAsync("--place", "hall"));
        Assert.Equal("two", await TextsAsync("--conversation", "c1"));
        await SaysAsync("2026-05-06 09:01:00Z  bob to alice: two", ["chatlog", "show", "--conversation", "c1"]);

        async Task<string> TextsAsync(params string[] words) => string.Join(
            ' ', (await RunAsync(["chatlog", "show", "--json", .. words])).Split('\n').Select(static line => (string?)JsonNode.Parse(line)!["text"]));
    }

    [Fact]
    public async Task A_token_is_for_whom_and_for_how_long_it_was_asked_for()
    {
        await SaysAsync("user alice added", ["user", "add", "alice", "--password-stdin"], "secret");
        await RunAsync(["token", "issue", "alice", "--one-time", "--lifetime", "00:00:07", "--address", "192.0.2.1"]);
        await RunAsync(["token", "issue", "alice"]);
        await SaysAsync("no token that alice had by now lets anybody in", ["token", "revoke", "alice"]);
        Assert.Matches("^key [0-9a-f]{8} signs from now on; former keys dropped: 0$", await RunAsync(["token", "rotate"]));

        await InStoreAsync(async store =>
        {
            var facts = await store.Log.ReadAsync(LogRange.All, EventView.Plain, Stop).Select(static stored => stored.Envelope).ToListAsync(Stop);
            var issued = facts.Where(static fact => fact.Payload is TokenIssued).Select(static fact => (fact.Occurred, (TokenIssued)fact.Payload)).ToList();
            Assert.Equal([true, false], issued.Select(static one => one.Item2.OneTime));
            Assert.All(issued, static one => Assert.Equal((new UserId("alice"), $"operator {Environment.UserName}"), (one.Item2.User, one.Item2.For)));
            Assert.InRange(issued[0].Item2.Expires - issued[0].Occurred, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(7));
            Assert.InRange(issued[1].Item2.Expires - issued[1].Occurred, TimeSpan.FromMinutes(1), TimeSpan.FromDays(1));
            Assert.Equal(new TokensRevoked(new UserId("alice"), Environment.UserName), Assert.Single(facts.Select(static fact => fact.Payload).OfType<TokensRevoked>()));
        });
    }

    private static EventEnvelope Said(int minute, IEvent fact, string conversation)
    {
        var at = new DateTimeOffset(2026, 5, 6, 9, minute, 0, TimeSpan.Zero);
        return new(EventStreamName.Chat(1, 1), minute + 1, new EventSource(1, 1), at, at, new EventCause(conversation), fact);
    }

    private async Task SaysAsync(string said, string[] words, string? typed = null)
    {
        Console.SetIn(new StringReader(typed ?? ""));
        Assert.Equal(said, await RunAsync(words));
    }

    private Task<string> RunAsync(string[] words) => CommandRun.SaidAsync(
        _folder, words, UserCommand.Define(Line), GroupCommand.Define(Line), ChatLogCommand.Define(Line), TokenCommand.Define(Line));

    private async Task InStoreAsync(Func<Store, Task> act)
    {
        var data = new DataDirectory(_folder);
        await using var store = await Store.OpenAsync(data, ServerSettings.Load(data, Line), new EventSource(1, 1), NullLoggerFactory.Instance, Stop);
        await act(store);
    }
}
