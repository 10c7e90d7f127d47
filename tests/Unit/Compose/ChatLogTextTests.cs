using System.Text.Json.Nodes;
using Sametime.Compose.ChatLog;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Xunit;

namespace Sametime.Tests.Unit.Compose;

/// <summary>Every kind of entry in the log of conversations as people and as programs read it.</summary>
public sealed class ChatLogTextTests
{
    private static readonly LoginId A = new(1, 2, 3);
    private static readonly LoginId B = new(1, 2, 4);
    private static readonly UserId Alice = new("alice");
    private static readonly UserId Bob = new("bob");
    private static readonly ChatLogCursor At = new(new DateTimeOffset(2026, 5, 6, 11, 30, 1, TimeSpan.FromHours(2)), EventStreamName.Chat(1, 2), 77);

    public static TheoryData<IEvent, Reason?, string, string> Entries => new()
    {
        { Line(ChatContent.Text), null, "alice to bob: hi\\n\\u202ethere", """{"what":"line","user":"alice","with":"bob","content":"Text","text":"hi\n\u202Ethere","place":"","undelivered":null}""" },
        { Line(ChatContent.Html), Reason.ImDoNotDisturb, "alice to bob (HTML): hi\\n\\u202ethere [not delivered: ImDoNotDisturb]", """{"content":"Html","undelivered":"ImDoNotDisturb"}""" },
        { Line(ChatContent.Mime), null, "alice to bob (MIME): hi\\n\\u202ethere", """{"content":"Mime"}""" },
        { Line(ChatContent.Subject), null, "alice to bob (subject): hi\\n\\u202ethere", """{"content":"Subject"}""" },
        { Line(ChatContent.Text) with { RecipientUser = default }, null, "alice to a guest: hi\\n\\u202ethere", """{"with":null}""" },
        { Line(ChatContent.Text) with { RecipientUser = default, Place = "p\u0007" }, null, "alice in p\\u0007: hi\\n\\u202ethere", """{"place":"p\u0007"}""" },
        { new ChatStarted(A, Alice, B, Bob, ChatLogMode.Strict), null, "* alice and bob can talk; logged strict (conversation-1)", """{"what":"started","user":"alice","with":"bob","mode":"Strict"}""" },
        { new ChatNotCaptured(A, Alice, B, Bob), null, "* what alice says to bob is encrypted, not captured (conversation-1)", """{"what":"encrypted, not captured","user":"alice","with":"bob"}""" },
        { new ChatLinesMissed(3, "the store was away"), null, "* lines are missing here, 3 or more: the store was away (conversation-1)", """{"what":"missed","lines":3,"why":"the store was away"}""" },
        { new ChatEnded(Reason.ConnectionBroken), null, "* the conversation ended: ConnectionBroken (conversation-1)", """{"what":"ended","reason":"ConnectionBroken"}""" },
        { new ChatInterrupted(1, 2), null, "* hub 1 ended here; what was said last may be missing, or was not delivered (conversation-1)", """{"what":"interrupted","hub":1,"incarnation":2}""" },
        { new GroupRemoved("g"), null, "* something that this program does not know (conversation-1)", """{"what":"unknown"}""" },
    };

    [Theory]
    [MemberData(nameof(Entries))]
    public void An_entry_says_what_there_is_to_say(IEvent fact, Reason? undelivered, string people, string programs)
    {
        var entry = new ChatLogEntry(At, "conversation-1", undelivered, fact);

        Assert.Equal($"2026-05-06 09:30:01Z  {people}", ChatLogText.ForPeople(entry));
        var json = JsonNode.Parse(ChatLogText.AsJson(entry))!.AsObject();
        Assert.Equal(
            ("2026-05-06T09:30:01.0000000Z", "chat-1-2/77", "conversation-1"), ((string?)json["time"], (string?)json["id"], (string?)json["conversation"]));
        foreach (var (name, value) in JsonNode.Parse(programs)!.AsObject())
            Assert.Equal((name, value?.ToJsonString()), (name, json[name]?.ToJsonString()));
        if (json.ContainsKey("user"))
            Assert.Equal((A.ToString(), B.ToString()), ((string?)json["login"], (string?)json["withLogin"]));
    }

    [Theory]
    [InlineData("plain text, äöü and 😀", "plain text, äöü and 😀")]
    [InlineData("a\tb\rc\u001b[31m", "a\\u0009b\\u000dc\\u001b[31m")]
    [InlineData("\u061c\u200e\u200f\u2028\u202e\u2066\u2069\u0085", "\\u061c\\u200e\\u200f\\u2028\\u202e\\u2066\\u2069\\u0085")]
    [InlineData("\u2027\u202f\u2065\u206a\u200d", "\u2027\u202f\u2065\u206a\u200d")]
    public void Nothing_that_people_wrote_steers_a_terminal_and_all_else_stays(string text, string visible) =>
        Assert.Equal(visible, ChatLogText.Visible(text));

    private static ChatLineCaptured Line(ChatContent content) => new(A, Alice, B, Bob, content, "hi\n\u202ethere");
}
