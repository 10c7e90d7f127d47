using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Replay;
using Sametime.Services.Replay.Community;
using Sametime.Services.Replay.Targets;
using Sametime.Tests.Kit.Events;
using Xunit;

namespace Sametime.Tests.Contract.Replay;

/// <summary>What a replay gives and what the views answer on every store, on a day that can be counted by hand.</summary>
public abstract class ReplayContract : IAsyncDisposable
{
    /// <summary>The state of the recorded day in a sandbox; the same on every store, for ever.</summary>
    private const string DayHash = "d6f97ec674526ac1ec283d91ff08d82ccb7bf3cc543b251f133044de0080ee69";

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    public abstract ValueTask DisposeAsync();

    /// <summary>An empty store, with its views.</summary>
    private protected abstract Task<(IEventLog Log, IEventStore Events)> OpenAsync();

    /// <summary>The rows of a question, columns joined by a bar.</summary>
    protected abstract Task<List<string>> QueryAsync(string sql);

    [Fact]
    public async Task The_same_log_has_the_same_state_in_every_store()
    {
        var (log, events) = await RecordDayAsync();
        var (first, second) = (await FoldAsync(log, events), await FoldAsync(log, events));
        Assert.Equal(first, second);
        Assert.True(first == DayHash, first);
    }

    [Fact]
    public async Task What_is_missing_in_the_store_is_said()
    {
        var (log, events) = await OpenAsync();
        await log.RecordAsync([.. RecordedDay.Events().Where(envelope => envelope.Id != "hub-1-42/5").Take(10)], _stop);
        var statement = await Replay(log, events).RunAsync(new ReplayQuestion(EventView.Plain), new SandboxTarget(new Sandbox()), _stop);
        Assert.Equal(["hub-1-42 5"], statement.Gaps.Select(gap => $"{gap.Stream} {string.Join(' ', gap.Ranges)}"));
    }

    [Fact]
    public async Task Logins_end_when_they_log_out_or_when_their_hub_starts_anew()
    {
        var (log, _) = await RecordDayAsync();
        var anew = new EventEnvelope(
            EventStreamName.Hub(1, 43), 1, new EventSource(1, 43), RecordedDay.At(12, 0), RecordedDay.At(12, 0), default, new HubSampled(0, 0, 0, 0, 0, 0, 7));
        await log.RecordAsync([anew], _stop);
        Assert.Equal(
            [
                "00010000002A00000002|1|2026-05-06T09:10:00.000Z|2026-05-06T12:00:00.000Z",
                "00010000002A00000003|1|2026-05-06T09:15:00.000Z|2026-05-06T10:20:00.000Z",
                "00010000002A00000004|1|2026-05-06T10:05:00.000Z|2026-05-06T12:00:00.000Z",
                "00020000000700000001|2|2026-05-06T09:40:00.000Z|2026-05-06T11:00:00.000Z",
            ],
            await QueryAsync("SELECT login, hub, logged_in, logged_out FROM analyst_logins ORDER BY login"));
        Assert.Equal(
            ["1", "2", "3", "4", "3", "2", "1", "0"],
            await QueryAsync("SELECT CAST(logins AS int) FROM analyst_concurrency ORDER BY seconds, logins DESC"));
    }

    [Fact]
    public async Task Channels_have_the_time_from_their_creation_to_their_acceptance()
    {
        var (log, _) = await RecordDayAsync();

        // The other hub of a channel says the same a little later, and one channel is never accepted.
        await log.RecordAsync(
            [
                At(2, 1, RecordedDay.At(13, 0), new ChannelCreated(RecordedDay.AliceLogin, 5, RecordedDay.Bob, RecordedDay.ImService, 1)),
                At(2, 2, RecordedDay.At(13, 0), new ChannelCreated(RecordedDay.DaveLogin, 6, RecordedDay.Bob, RecordedDay.ImService, 1)),
            ],
            _stop);
        Assert.Equal(
            ["00010000002A00000002|5|4096|2000|2026-05-06T09:20:02.000Z", "00020000000700000001|6|4096||"],
            await QueryAsync("SELECT creator, channel, service, CAST(round(seconds * 1000) AS int), accepted FROM analyst_response_times ORDER BY creator"));
    }

    [Fact]
    public async Task Hours_have_their_failures_changes_and_messages()
    {
        await RecordDayAsync();
        Assert.Equal(
            ["2026-05-06T09:00:00Z|wrong name or password|2", "2026-05-06T11:00:00Z|server not responding|1"],
            await QueryAsync("SELECT hour, meaning, failures FROM analyst_failed_logins ORDER BY hour"));
        Assert.Equal(
            ["2026-05-06T09:00:00Z|4|3", "2026-05-06T10:00:00Z|2|2", "2026-05-06T11:00:00Z|1|1"],
            await QueryAsync("SELECT hour, sum(changes), count(*) FROM analyst_presence_changes GROUP BY hour ORDER BY hour"));
        Assert.Equal(
            ["2026-05-06T09:00:00Z|1|2|0", "2026-05-06T10:00:00Z|1|1|100", "2026-05-06T11:00:00Z|1|0|60"],
            await QueryAsync("SELECT hour, hub, captured_lines, routed_messages FROM analyst_messages ORDER BY hour, hub"));
    }

    [Fact]
    public async Task A_hub_counts_its_messages_anew_with_each_start()
    {
        var (log, _) = await RecordDayAsync();

        // It had counted to 160 when it ended. Its next start states this later, and an hour after the first.
        await log.RecordAsync(
            [At(1, 1, RecordedDay.At(12, 10), new HubSampled(0, 0, 0, 0, 0, 0, 7)), At(1, 2, RecordedDay.At(13, 10), new HubSampled(0, 0, 0, 0, 0, 0, 9))], _stop);
        Assert.Equal(
            ["2026-05-06T10:00:00Z|100", "2026-05-06T11:00:00Z|60", "2026-05-06T12:00:00Z|7", "2026-05-06T13:00:00Z|2"],
            await QueryAsync("SELECT hour, routed_messages FROM analyst_messages WHERE routed_messages <> 0 ORDER BY hour"));
    }

    [Fact]
    public async Task Events_look_the_same_in_every_store()
    {
        await RecordDayAsync();
        Assert.Equal(["23|2|1778058000"], await QueryAsync("SELECT count(*), count(DISTINCT hub), CAST(min(seconds) AS bigint) FROM analyst_events"));
        Assert.Equal(
            ["hub-1-42|7|1|42|2026-05-06T09:20:00.000Z|00010000002A00000002-5|5"],
            await QueryAsync("SELECT stream, sequence, hub, incarnation, occurred, correlation, fields ->> 'channel' FROM analyst_events WHERE name = 'channel.created'"));
    }

    private static EventEnvelope At(ushort hub, long sequence, DateTimeOffset occurred, IEvent fact) =>
        new(EventStreamName.Hub(hub, 99), sequence, new EventSource(hub, 99), occurred, occurred, default, fact);

    private static LogReplay Replay(IEventLog log, IEventStore events) =>
        new(log, events, new ReplayOptions { PageEvents = 4 }, TimeProvider.System) { Actor = "tester", Command = "replay" };

    private async Task<string> FoldAsync(IEventLog log, IEventStore events)
    {
        var sandbox = new Sandbox();
        await using var target = new SandboxTarget(sandbox);
        var statement = await Replay(log, events).RunAsync(new ReplayQuestion(EventView.Plain) { Kinds = ["community", "channel", "chat"] }, target, _stop);
        Assert.True(statement.IsComplete, statement.ToString());
        return sandbox.Hash();
    }

    private async Task<(IEventLog Log, IEventStore Events)> RecordDayAsync()
    {
        var (log, events) = await OpenAsync();
        foreach (var part in RecordedDay.Events().Chunk(10))
            await log.RecordAsync(part, _stop);
        return (log, events);
    }
}
