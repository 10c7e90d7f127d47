using System.Text.Json.Nodes;
using Sametime.Compose.ChatLog;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Tests.Interop.Drivers;
using Sametime.Tests.Interop.Servers;
using Sametime.Tests.Kit.Servers;

namespace Sametime.Tests.Interop;

/// <summary>
/// What two unmodified clients say to each other is logged as the policy says, and they notice nothing of it. The tests share a
/// community of each shape, so each sets the policy that it is about, and reads what its own users said.
/// </summary>
public sealed class ChatLoggingTests(Topologies topologies, ITestOutputHelper output) : InteropTest(topologies, output)
{
    private const string Umlauts = "Grüße, 你好, 🙂";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Both ends at one hub, and at two.</summary>
    public static TheoryData<Shape> Hubs => [Shape.OneProcess, Shape.TwoHubs];

    [Theory]
    [MemberData(nameof(Hubs))]
    public async Task S139_S141_What_both_sides_say_is_logged_in_order_with_who_when_and_text(Shape shape)
    {
        var server = await ServerOfClassAsync(shape);
        await SetPolicyAsync(server, "relaxed", "pass");
        await using var client = new MeanwhileDriver();
        var ann = await client.LogInAsync(server, server.NextVisitor(), ciphers: Ciphers.None);
        var ben = await client.LogInAsync(server, server.NextVisitor(), ciphers: Ciphers.None);
        await ann.OpenConversationAsync(ben);
        var before = TimeProvider.System.GetUtcNow();

        foreach (var text in (string[])[Umlauts, "second", new string('x', 4000)])
        {
            await TellAsync(ann, ben, text);
            await TellAsync(ben, ann, $"to that: {text}");
        }

        var lines = await ReadLinesAsync(server, 6, "--user", ann.User.Name, "--with", ben.User.Name);
        var (a, b) = (ann.User.Name, ben.User.Name);
        Assert.Equal(
            [(a, b, Umlauts), (b, a, $"to that: {Umlauts}"), (a, b, "second"), (b, a, "to that: second"), (a, b, new string('x', 4000)), (b, a, $"to that: {new string('x', 4000)}")],
            lines.Select(line => (Text(line, "user"), Text(line, "with"), Text(line, "text"))));
        Assert.All(lines, line => Assert.InRange(DateTimeOffset.Parse(Text(line, "time"), CultureInfo.InvariantCulture), before.AddSeconds(-1), TimeProvider.System.GetUtcNow()));
        Assert.Single(lines.Select(line => Text(line, "conversation")).Distinct());
        Assert.Equal("the log of conversations is whole", (await server.CommandAsync("", "chatlog", "verify")).Trim());
    }

    [Theory]
    [MemberData(nameof(Hubs))]
    public async Task S142_Off_nothing_is_logged_and_switched_on_it_is_from_the_next_message_of_a_conversation_that_runs(Shape shape)
    {
        var server = await ServerOfClassAsync(shape);
        await SetPolicyAsync(server, "off", "pass");
        await using var client = new MeanwhileDriver();
        var ann = await client.LogInAsync(server, server.NextVisitor(), ciphers: Ciphers.None);
        var ben = await client.LogInAsync(server, server.NextVisitor(), ciphers: Ciphers.None);
        await ann.OpenConversationAsync(ben);
        await TellAsync(ann, ben, "nobody hears this");
        await TellAsync(ben, ann, "nor this");

        await SetPolicyAsync(server, "relaxed", "pass");
        await TellAsync(ann, ben, "from here");
        await TellAsync(ben, ann, "on");
        await ReadLinesAsync(server, 2, "--user", ann.User.Name);
        await SetPolicyAsync(server, "off", "pass");
        await TellAsync(ann, ben, "off again");
        await SetPolicyAsync(server, "strict", "pass");
        await TellAsync(ann, ben, "the end");

        Assert.Equal(["from here", "on", "the end"], (await ReadLinesAsync(server, 3, "--user", ann.User.Name)).Select(line => Text(line, "text")));
    }

    [Theory]
    [MemberData(nameof(Hubs))]
    public async Task Clients_whose_ciphers_are_declined_talk_in_the_clear_and_are_logged(Shape shape)
    {
        var server = await ServerOfClassAsync(shape);
        await SetPolicyAsync(server, "strict", "decline");
        await using var client = new MeanwhileDriver();
        var ann = await client.LogInAsync(server, server.NextVisitor());
        var ben = await client.LogInAsync(server, server.NextVisitor());

        Assert.Equal("none", (await ann.OpenConversationAsync(ben))["cipher"]);
        await ann.SayAsync(ben, Umlauts);
        Assert.False((await ben.ExpectTextAsync(ann)).Is("encrypted"));
        await TellAsync(ben, ann, "answer");

        Assert.Equal([Umlauts, "answer"], (await ReadLinesAsync(server, 2, "--user", ann.User.Name)).Select(line => Text(line, "text")));
    }

    [Theory]
    [MemberData(nameof(Hubs))]
    public async Task What_Pidgin_users_write_is_logged_where_ciphers_are_declined(Shape shape)
    {
        var server = await ServerOfClassAsync(shape);
        await SetPolicyAsync(server, "strict", "decline");
        var (ann, ben) = (server.NextVisitor(), server.NextVisitor());
        await using var annClient = PurpleDriver.Start(ann);
        await using var benClient = PurpleDriver.Start(ben);
        await annClient.SignOnAsync(server);
        await benClient.SignOnAsync(server);

        await annClient.DoAsync("im", ben.Name, "Grüße aus Zürich");
        Assert.Equal("Grüße aus Zürich", (await benClient.ExpectAsync("im-text", e => e["peer"] == ann.Name))["text"]);
        await benClient.DoAsync("im", ann.Name, "thanks");
        Assert.Equal("thanks", (await annClient.ExpectAsync("im-text", e => e["peer"] == ben.Name))["text"]);

        var lines = await ReadLinesAsync(server, 2, "--user", ben.Name);
        Assert.Equal([(ann.Name, ben.Name), (ben.Name, ann.Name)], lines.Select(line => (Text(line, "user"), Text(line, "with"))));
        Assert.Contains("Grüße aus Zürich", Text(lines[0], "text"), StringComparison.Ordinal);
        Assert.Contains("thanks", Text(lines[1], "text"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Hubs))]
    public async Task A_conversation_whose_cipher_may_pass_is_marked_and_its_text_is_nowhere(Shape shape)
    {
        var server = await ServerOfClassAsync(shape);
        await SetPolicyAsync(server, "strict", "pass");
        await using var client = new MeanwhileDriver();
        var ann = await client.LogInAsync(server, server.NextVisitor());
        var ben = await client.LogInAsync(server, server.NextVisitor());
        Assert.Equal("rc2_128", (await ann.OpenConversationAsync(ben))["cipher"]);

        await TellAsync(ann, ben, "between you and me");
        await TellAsync(ben, ann, "between me and you");

        var entries = await ReadAsync(
            server, all => all.Count(entry => Text(entry, "what") == "encrypted, not captured") == 2,
            "--user", ann.User.Name, "--with", ben.User.Name);
        Assert.Equal(
            [ann.User.Name, ben.User.Name], entries.Where(entry => Text(entry, "what") == "encrypted, not captured").Select(entry => Text(entry, "user")).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(entries, entry => Text(entry, "what") == "line");
        Assert.DoesNotContain("between", await server.CommandAsync("", "chatlog", "show"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Hubs))]
    public async Task Logged_strictly_a_line_is_in_the_log_when_it_arrives(Shape shape)
    {
        var server = await ServerOfClassAsync(shape);
        await SetPolicyAsync(server, "strict", "decline");
        await using var client = new MeanwhileDriver();
        var ann = await client.LogInAsync(server, server.NextVisitor());
        var ben = await client.LogInAsync(server, server.NextVisitor());
        await ann.OpenConversationAsync(ben);

        await using var log = await server.OpenChatLogAsync();
        for (var i = 1; i <= 5; i++)
        {
            await TellAsync(ann, ben, $"line {i}");
            var query = new ChatLogQuery { User = new UserId(ann.User.Name), Text = $"line {i}" };
            var found = await log.Store.ChatLog.FindAsync(query, ChatLogAccess.Actor, TestContext.Current.CancellationToken);
            Assert.Equal($"line {i}", Assert.IsType<ChatLineCaptured>(Assert.Single(found.Entries).Fact).Text);
        }
    }

    private static async Task TellAsync(MeanwhileLogin from, MeanwhileLogin to, string text)
    {
        await from.SayAsync(to, text);
        Assert.Equal(text, (await to.ExpectTextAsync(from))["text"]);
    }

    // Ends when every hub goes by it.
    private static async Task SetPolicyAsync(Topology server, string mode, string encrypted)
    {
        await server.CommandAsync("", "chatlog", "policy", mode, "--encrypted", encrypted);
        await Eventually.IsAsync(
            async () => await server.CapturesAsync() is { Count: > 0 } captures
                && captures.All(capture => Is(capture, "mode", mode) && Is(capture, "encrypted", encrypted)),
            $"every hub goes by the policy {mode}, {encrypted}", TestContext.Current.CancellationToken);

        static bool Is(JsonNode capture, string key, string word) => string.Equals($"{capture[key]}", word, StringComparison.OrdinalIgnoreCase);
    }

    // Logged relaxedly a line may arrive before it is in the log, so this reads until there are so many.
    private static async Task<IReadOnlyList<JsonNode>> ReadLinesAsync(Topology server, int lines, params string[] conditions) =>
        [.. (await ReadAsync(server, all => all.Count(IsLine) >= lines, conditions)).Where(IsLine)];

    private static async Task<IReadOnlyList<JsonNode>> ReadAsync(Topology server, Func<IReadOnlyList<JsonNode>, bool> isEnough, params string[] conditions)
    {
        using var patience = NewPatience();
        while (true)
        {
            var entries = await ShowAsync(server, conditions);
            if (isEnough(entries))
            {
                return entries;
            }

            patience.Token.ThrowIfCancellationRequested();
        }
    }

    private static async Task<IReadOnlyList<JsonNode>> ShowAsync(Topology server, params string[] conditions) =>
        [.. (await server.CommandAsync("", ["chatlog", "show", "--json", .. conditions]))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];

    private static bool IsLine(JsonNode entry) => Text(entry, "what") == "line";

    private static string Text(JsonNode entry, string key) => $"{entry[key]}";

    private static CancellationTokenSource NewPatience()
    {
        var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        return patience;
    }
}
