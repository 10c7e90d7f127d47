using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Services.Replay;
using Sametime.Services.Replay.Targets;
using Sametime.Tests.Kit.Events;
using Xunit;

namespace Sametime.Tests.Unit.Services.Replay;

public sealed class HistoryTargetTests
{
    [Theory]
    [InlineData(false, "2026-05-06T09:00:00Z  was renamed to \"Al\\u001b[31m\\u0007ice\"")]
    [InlineData(true, """{"position":7,"occurred":"2026-05-06T09:00:00Z","name":"directory.user-renamed","text":"was renamed to \u0022Al\u001B[31m\u0007ice\u0022"}""")]
    public async Task A_fact_is_a_line_in_which_nothing_steers_a_terminal_and_what_says_nothing_is_none(bool asJson, string line)
    {
        await using var output = new StringWriter();
        await using var target = new HistoryTarget(new UserHistory(RecordedDay.Alice, showsOthers: true), output, asJson);
        await target.TakeAsync(Stored(new GroupRemoved("g")));
        await target.TakeAsync(Stored(new UserRenamed(RecordedDay.Alice, "Al\u001b[31m\aice", [], "")));
        await target.FlushAsync();

        Assert.Equal(line + output.NewLine, output.ToString());
    }

    private static StoredEvent Stored(IEvent fact) => new(
        7, new EventEnvelope(EventStreamName.Directory, 1, new EventSource(1, 1), RecordedDay.At(9, 0), RecordedDay.At(9, 0), default, fact));
}
