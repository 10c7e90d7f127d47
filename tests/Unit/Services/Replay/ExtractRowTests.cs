using System.Text;
using System.Text.Json.Nodes;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Replay;
using Sametime.Services.Replay.Targets;
using Sametime.Tests.Kit.Events;
using Xunit;

namespace Sametime.Tests.Unit.Services.Replay;

/// <summary>One event, column by column, as every format has it.</summary>
public sealed class ExtractRowTests
{
    private static readonly StoredEvent Line = new(7, new EventEnvelope(
        EventStreamName.Chat(1, 42), 3, new EventSource(1, 42), RecordedDay.At(9, 0), RecordedDay.At(9, 1), new EventCause("talk", "before"),
        new ChatLineCaptured(RecordedDay.AliceLogin, RecordedDay.Alice, RecordedDay.BobLogin, RecordedDay.Bob, ChatContent.Text, "text", "hall")));

    private static readonly string[] Cells =
    [
        "7", "chat-1-42", "3", "1", "42", "2026-05-06T09:00:00Z", "2026-05-06T09:01:00Z", "talk", "before", "chat.line-captured", "1",
        "alice", $"{RecordedDay.AliceLogin}", "hall",
    ];

    [Fact]
    public async Task A_table_has_each_cell_in_its_column()
    {
        using var output = new MemoryStream();
        await using (var target = new CsvTarget(output))
            await target.TakeAsync(Line);

        Assert.StartsWith($"{string.Join(',', Cells)},\"{{", Encoding.UTF8.GetString(output.ToArray()).Split("\r\n")[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_object_has_each_value_under_its_name()
    {
        using var output = new MemoryStream();
        await using (var target = new JsonLinesTarget(output))
        {
            await target.TakeAsync(Line);
            await target.FlushAsync();
        }

        var line = JsonNode.Parse(output.ToArray())!.AsObject();
        Assert.Equal(ExtractRow.Columns, line.Select(static field => field.Key));
        Assert.Equal(Cells, line.SkipLast(1).Select(static field => field.Value!.ToString()));
    }

    [Theory]
    [InlineData("=a", "\"'=a\"")]
    [InlineData("+a", "\"'+a\"")]
    [InlineData("-a", "\"'-a\"")]
    [InlineData("@a", "\"'@a\"")]
    [InlineData("\ta", "\"'\ta\"")]
    [InlineData("\ra", "\"'\ra\"")]
    [InlineData("a=", "a=")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("a\"b", "\"a\"\"b\"")]
    [InlineData("a\nb", "\"a\nb\"")]
    public async Task A_cell_is_quoted_where_it_must_be(string user, string cell)
    {
        using var output = new MemoryStream();
        await using (var target = new CsvTarget(output))
            await target.TakeAsync(new StoredEvent(1, Stated(1, new UserDisabled(new UserId(user)))));
        Assert.Contains($",directory.user-disabled,1,{cell},,,", Encoding.UTF8.GetString(output.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_has_one_head_also_when_there_is_nothing_in_it()
    {
        using var output = new MemoryStream();
        await using (var target = new CsvTarget(output))
        {
            await target.FlushAsync();
            await target.FlushAsync();
        }

        Assert.Equal($"{string.Join(',', ExtractRow.Columns)}\r\n", Encoding.UTF8.GetString(output.ToArray()));
    }

    [Theory]
    [InlineData("{\n  \"a\": [1,\r\n 2]\n}", "{\"a\":[1,2]}")]
    [InlineData("\nnull", "null")]
    [InlineData("{ \"a\": 1 }", "{ \"a\": 1 }")]
    public async Task What_another_program_wrote_over_several_lines_is_on_one(string fields, string written)
    {
        using var output = new MemoryStream();
        await using (var target = new JsonLinesTarget(output))
        {
            await target.TakeAsync(new StoredEvent(1, Stated(1, new UnknownEvent("place.created", 1, fields))));
            await target.FlushAsync();
        }

        var line = Encoding.UTF8.GetString(output.ToArray());
        Assert.EndsWith($"\"fields\":{written}}}\n", line, StringComparison.Ordinal);
        Assert.Equal(1, line.Count(static c => c is '\n' or '\r'));
        Assert.DoesNotContain("\"user\"", line, StringComparison.Ordinal); // what it does not name is left out
    }

    [Fact]
    public async Task Lines_are_kept_back_until_there_are_many()
    {
        using var output = new MemoryStream();
        await using var target = new JsonLinesTarget(output);
        await target.TakeAsync(new StoredEvent(1, Stated(1, new GroupRemoved("g"))));
        Assert.Equal(0, output.Length);

        await target.TakeAsync(new StoredEvent(2, Stated(2, new GroupRemoved(new string('g', 64 * 1024)))));
        Assert.Equal(2, Encoding.UTF8.GetString(output.ToArray()).Count(static c => c == '\n'));
    }

    [Fact]
    public void Of_what_is_not_named_there_is_nothing()
    {
        var row = ExtractRow.Of(Line with { Envelope = Line.Envelope with { Payload = new ChatEnded(Reason.Success) } }, new EventFacets());
        Assert.Equal((null, null, null), (row.User, row.Login, row.Place));
    }

    private static EventEnvelope Stated(long sequence, IEvent fact) =>
        new(EventStreamName.Hub(1, 1), sequence, new EventSource(1, 1), RecordedDay.At(9, 0), RecordedDay.At(9, 0), default, fact);
}
