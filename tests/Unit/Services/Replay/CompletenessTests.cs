using System.Text.Json.Nodes;
using Sametime.Contracts.Providers;
using Sametime.Services.Replay;
using Sametime.Tests.Kit.Events;
using Xunit;

namespace Sametime.Tests.Unit.Services.Replay;

/// <summary>What stands at the end of an extract, to the word.</summary>
public sealed class CompletenessTests
{
    private static readonly Completeness Whole = new("everything", default, null, null, 0, [], [], [], [], IsInterrupted: false, ContinueAfter: 0);

    private static readonly Completeness Holed = new(
        "kind chat", new LogExtent(3, 12), RecordedDay.At(9, 0), RecordedDay.At(10, 0), 9, [new("channel.created", 1), new("chat.ended", 2)],
        [new StreamFault("hub-1-1", 5, [new NumberRange(4, 5), new NumberRange(9, 9)]), new StreamFault("hub-2-1", 1, [new NumberRange(7, 7)])],
        [new StreamFault("chat-1-1", 2, [])], [new RemovedEvents("Chat", RecordedDay.At(8, 0), 12)], IsInterrupted: true, ContinueAfter: 12, "It is away.");

    [Fact]
    public void People_read_it_line_by_line()
    {
        Assert.Equal(
            """
            completeness: complete
              asked for     everything
              read          0 events
              given out     0 events
              gaps          none
              duplicates    none
              removed       none
            """,
            Whole.ToString(), ignoreLineEndingDifferences: true);
        Assert.Equal(
            """
            completeness: NOT complete
              asked for     kind chat
              read          9 events, positions 3 to 12
              given out     3 events, 2026-05-06T09:00:00Z to 2026-05-06T10:00:00Z
                         1  channel.created
                         2  chat.ended
              gaps          hub-1-1 lacks 5 (4-5, 9, ...)
                            hub-2-1 lacks 1 (7)
              duplicates    chat-1-1 has 2 more than once
              removed       12 events of class Chat recorded before 2026-05-06T08:00:00Z, by retention
              interrupted   It is away.; go on with --after 12
            """,
            Holed.ToString(), ignoreLineEndingDifferences: true);
        Assert.EndsWith("  interrupted   go on with --after 12", (Holed with { Failure = null }).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Programs_read_the_same()
    {
        var whole = """
            {"complete":true,"asked":"everything","firstPosition":0,"lastPosition":0,"eventsRead":0,"events":0,"firstOccurred":null,"lastOccurred":null,
            "counts":{},"gaps":[],"duplicates":[],"removed":[],"interrupted":false,"continueAfter":null,"failure":null}
            """;
        var holed = """
            {"complete":false,"asked":"kind chat","firstPosition":3,"lastPosition":12,"eventsRead":9,"events":3,
            "firstOccurred":"2026-05-06T09:00:00Z","lastOccurred":"2026-05-06T10:00:00Z","counts":{"channel.created":1,"chat.ended":2},
            "gaps":[{"stream":"hub-1-1","events":5,"numbers":["4-5","9"]},{"stream":"hub-2-1","events":1,"numbers":["7"]}],
            "duplicates":[{"stream":"chat-1-1","events":2}],"removed":[{"class":"Chat","before":"2026-05-06T08:00:00Z","events":12}],
            "interrupted":true,"continueAfter":12,"failure":"It is away."}
            """;
        Assert.Equal(JsonNode.Parse(whole)!.ToJsonString(), Whole.ToJson().ToJsonString());
        Assert.Equal(JsonNode.Parse(holed)!.ToJsonString(), Holed.ToJson().ToJsonString());
    }

    [Fact]
    public void It_is_complete_when_it_came_to_its_end_and_nothing_is_known_to_be_missing()
    {
        Assert.True(Whole.IsComplete);
        Assert.True((Whole with { Duplicates = Holed.Duplicates }).IsComplete);
        Assert.False((Whole with { IsInterrupted = true }).IsComplete);
        Assert.False((Whole with { Gaps = Holed.Gaps }).IsComplete);
        Assert.False((Whole with { Removed = Holed.Removed }).IsComplete);
    }
}
