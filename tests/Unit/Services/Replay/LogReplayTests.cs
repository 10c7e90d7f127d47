using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Replay;
using Sametime.Services.Replay.Community;
using Sametime.Services.Replay.Targets;
using Sametime.Tests.Kit.Events;
using Xunit;

namespace Sametime.Tests.Unit.Services.Replay;

public sealed class LogReplayTests : IDisposable
{
    private static readonly ReplayQuestion Everything = new(EventView.Plain);

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;
    private readonly FakeTimeProvider _time = new(RecordedDay.At(18, 0));
    private readonly string _folder = Directory.CreateTempSubdirectory("sametime-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task All_events_are_given_in_the_order_of_the_log_and_counted_a_kind()
    {
        var log = new InMemoryEventLog().With(RecordedDay.Events());
        var target = new Collecting();
        var statement = await Replay(log).RunAsync(Everything, target, _stop);
        Assert.Equal(RecordedDay.Events(), target.Taken.Select(stored => stored.Envelope));
        Assert.True(statement.IsComplete);
        Assert.Equal((23, 23, new LogExtent(1, 23)), (statement.Events, statement.EventsRead, statement.Read));
        Assert.Equal(3, statement.Counts.Single(count => count.Key == "security.login-refused").Value);
        Assert.Equal((RecordedDay.At(9, 0), RecordedDay.At(11, 40)), (statement.FirstOccurred, statement.LastOccurred));
    }

    [Fact]
    public async Task An_injected_gap_and_a_duplicate_are_found_whatever_the_filter_takes()
    {
        var events = RecordedDay.Events();
        var log = new InMemoryEventLog().With(events.Where(envelope => envelope.Id is not ("hub-1-42/4" or "hub-1-42/5" or "chat-1-42/2"))).With(events[13]);
        var statement = await Replay(log).RunAsync(Everything with { Kinds = ["statistics"] }, new Collecting(), _stop);
        Assert.False(statement.IsComplete);
        Assert.Equal(2, statement.Events);
        Assert.Equal(["chat-1-42 1 2", "hub-1-42 2 4-5"], statement.Gaps.Select(gap => $"{gap.Stream} {gap.Events} {string.Join(' ', gap.Ranges)}"));
        Assert.Equal(["hub-2-7 1"], statement.Duplicates.Select(twice => $"{twice.Stream} {twice.Events}"));
        Assert.Contains("hub-1-42 lacks 2 (4-5)", statement.ToString(), StringComparison.Ordinal);
        Assert.Equal("4-5", (string?)statement.ToJson()["gaps"]![1]!["numbers"]![0]);
    }

    [Theory]
    [InlineData(null, 0, "")]
    [InlineData(1, 0, "")]
    [InlineData(2, 0, "complete")]
    [InlineData(null, 1, "complete")]
    [InlineData(null, 2, "complete")]
    public async Task What_a_stream_lacks_at_its_beginning_is_a_gap_where_the_log_is_read_from_its_beginning_and_nowhere_else(int? from, long after, string expected)
    {
        // Hub 1 was heard from its third fact on; everything else is whole.
        var log = new InMemoryEventLog().With(RecordedDay.Events().Where(envelope => envelope.Id is not ("hub-1-42/1" or "hub-1-42/2")));
        var statement = await Replay(log).RunAsync(
            Everything with { From = from is { } position ? new LogPoint(null, position) : null, After = after }, new Collecting(), _stop);
        Assert.Equal(expected.Length > 0, statement.IsComplete);
        Assert.Equal(expected.Length > 0 ? [] : ["hub-1-42 2 1-2"], statement.Gaps.Select(gap => $"{gap.Stream} {gap.Events} {string.Join(' ', gap.Ranges)}"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(22)]
    public async Task A_replay_that_goes_on_anywhere_in_a_whole_log_is_complete(long after)
    {
        var log = new InMemoryEventLog().With(RecordedDay.Events());
        var statement = await Replay(log).RunAsync(Everything with { After = after }, new Collecting(), _stop);
        Assert.Equal((true, 23 - after), (statement.IsComplete, statement.EventsRead));
    }

    [Fact]
    public async Task As_many_missing_numbers_are_named_as_may_be_and_of_more_only_how_many_there_are()
    {
        // Of one number in two there is none, so each missing one is a range of its own.
        var options = new ReplayOptions();
        var log = new InMemoryEventLog().With(Enumerable.Range(1, options.NamedRangesMax + 1).Select(i => Stated(2 * i, new GroupRemoved("g"))));
        foreach (var (events, named) in new[] { (options.NamedRangesMax, options.NamedRangesMax), (options.NamedRangesMax + 1, options.NamedRangesMax) })
        {
            var statement = await Replay(log).RunAsync(Everything with { To = new LogPoint(null, events) }, new Collecting(), _stop);
            Assert.Equal((events, named), ((int)Assert.Single(statement.Gaps).Events, statement.Gaps[0].Ranges.Count));
        }
    }

    [Theory]
    [InlineData(0, 14)]
    [InlineData(1, null)]
    public async Task An_event_that_was_recorded_as_late_as_it_may_be_is_found_by_its_time_and_a_later_one_is_not(long ticksLater, int? found)
    {
        var options = new ReplayOptions();
        var (from, to) = (RecordedDay.At(9, 29), RecordedDay.At(9, 31));
        var late = Stated(1, new GroupRemoved("late")) with { Occurred = to, Recorded = to + options.LateMax - TimeSpan.FromTicks(1) + TimeSpan.FromTicks(ticksLater) };
        var log = new InMemoryEventLog().With(RecordedDay.Events().Take(13)).With(late);
        var target = new Collecting();
        await Replay(log).RunAsync(Everything with { From = new LogPoint(from, null), To = new LogPoint(to, null), Kinds = ["directory"] }, target, _stop);
        Assert.Equal(found is null ? [] : [(long)found], target.Taken.Select(stored => stored.Position));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public async Task An_event_of_a_clock_that_is_as_far_ahead_as_it_may_be_is_found_by_its_time_and_one_further_is_not(long ticksFurther, int found)
    {
        // Recorded by a clock that is behind the one which stated it.
        var options = new ReplayOptions();
        var from = RecordedDay.At(9, 30);
        var ahead = Stated(1, new GroupRemoved("ahead")) with { Occurred = from, Recorded = from - options.ClockSkewMax - TimeSpan.FromTicks(ticksFurther) };
        var log = new InMemoryEventLog().With(ahead);
        var target = new Collecting();
        await Replay(log).RunAsync(Everything with { From = new LogPoint(from, null) }, target, _stop);
        Assert.Equal(found, target.Taken.Count);
    }

    [Fact]
    public async Task A_part_of_the_log_lacks_nothing_only_because_it_begins_later()
    {
        var log = new InMemoryEventLog().With(RecordedDay.Events());
        var statement = await Replay(log).RunAsync(Everything with { From = new LogPoint(null, 10), To = new LogPoint(null, 12) }, new Collecting(), _stop);
        Assert.Equal((3, true, new LogExtent(10, 12)), (statement.Events, statement.IsComplete, statement.Read));
    }

    [Fact]
    public async Task A_range_of_time_finds_what_happened_in_it_also_when_it_was_recorded_late()
    {
        var late = RecordedDay.Events()[^1] with { Sequence = 16, Occurred = RecordedDay.At(9, 30), Recorded = RecordedDay.At(15, 0) };
        var log = new InMemoryEventLog().With(RecordedDay.Events()).With(late);
        var target = new Collecting();
        Assert.True(LogPoint.TryParse("2026-05-06T09:30", out var from));
        Assert.True(LogPoint.TryParse("2026-05-06T11:40:00+02:00", out var to));
        await Replay(log).RunAsync(Everything with { From = from, To = to }, target, _stop);
        Assert.Equal([13, 14, 24], target.Taken.Select(stored => stored.Position));
    }

    [Fact]
    public async Task What_retention_has_removed_is_said()
    {
        var log = new InMemoryEventLog().With(RecordedDay.Events());
        var before = RecordedDay.At(9, 15);
        await log.AppendAsync(EventStreamName.Audit, ExpectedVersion.Any, [new NewEvent(new RetentionApplied("chat", before, 12), _time.GetUtcNow())], _stop);
        var statement = await Replay(log).RunAsync(Everything, new Collecting(), _stop);
        Assert.Equal([new RemovedEvents("chat", before, 12)], statement.Removed);
        Assert.False(statement.IsComplete);
        Assert.True((await Replay(log).RunAsync(Everything with { From = new LogPoint(null, 12) }, new Collecting(), _stop)).IsComplete);
    }

    [Fact]
    public async Task Each_extract_is_itself_an_event()
    {
        var log = new InMemoryEventLog().With(RecordedDay.Events());
        await Replay(log).RunAsync(Everything with { Kinds = ["chat"] }, new Collecting(), _stop);
        var audited = log.Events[^1].Envelope;
        Assert.Equal(EventStreamName.Audit, audited.Stream);
        Assert.Equal(
            new LogExtracted("tester", "replay", "kind chat from the beginning to the end, named", 1, 23, 5, Named: true), audited.Payload);

        // A question about a person is that person's.
        await Replay(log).RunAsync(Everything with { Users = ["bob"] }, new Collecting(), _stop);
        Assert.Equal(RecordedDay.Bob, Assert.IsType<LogExtracted>(log.Events[^1].Envelope.Payload).User);
    }

    [Fact]
    public async Task A_store_that_fails_on_the_way_ends_the_replay_with_what_it_gave_audited()
    {
        var log = new InMemoryEventLog
        {
            OnRead = position =>
            {
                if (position == 14)
                    throw new StoreUnavailableException("The store does not answer.");
            },
        }.With(RecordedDay.Events());
        var target = new Collecting();
        var statement = await Replay(log).RunAsync(Everything, target, _stop);
        Assert.Equal((true, "The store does not answer.", 12L), (statement.IsInterrupted, statement.Failure, statement.ContinueAfter));
        Assert.Equal(12, target.Taken.Count);
        Assert.Equal(12, Assert.IsType<LogExtracted>(log.Events[^1].Envelope.Payload).Events);

        log.OnRead = _ => throw new StoreUnavailableException("The store does not answer.");
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Replay(log).RunAsync(Everything, target, _stop));
    }

    [Fact]
    public async Task A_target_that_takes_no_more_ends_the_replay_where_it_was_safe()
    {
        var log = new InMemoryEventLog().With(RecordedDay.Events());
        var file = Path.Combine(_folder, "bookmark");
        var statement = await Replay(log, bookmark: Bookmark.Open(file, "q", () => null)).RunAsync(Everything, new Refusing(after: 9, confirmed: 6), _stop);
        Assert.Equal((true, "it is full", 6L), (statement.IsInterrupted, statement.Failure, statement.ContinueAfter));
        Assert.Equal(6, Bookmark.Open(file, "q", () => null).Position);
    }

    [Fact]
    public async Task A_target_that_does_not_know_what_is_safe_is_given_everything_again()
    {
        var log = new InMemoryEventLog().With(RecordedDay.Events());
        var target = new Collecting { OnTaken = static taken => throw new ReplayTargetException($"it is full after {taken}", new IOException()) };

        var statement = await Replay(log).RunAsync(Everything, target, _stop);

        Assert.Equal((0L, "it is full after 1"), (statement.ContinueAfter, statement.Failure));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public async Task Before_a_pause_whoever_watches_sees_what_there_is_and_before_a_long_one_the_place_is_written_down(long ticksShorter, long place)
    {
        var (file, clock, options) = (Path.Combine(_folder, "bookmark"), new LeapingClock(RecordedDay.At(18, 0)), new ReplayOptions());
        var second = Stated(2, new GroupRemoved("g")) with { Occurred = RecordedDay.At(9, 0) + options.BookmarkInterval - TimeSpan.FromTicks(ticksShorter) };
        var log = new InMemoryEventLog().With(Stated(1, new GroupRemoved("f")), second);
        var (seen, flushes, progress) = (-1L, -1, new List<long>());
        Collecting target = null!;
        target = new Collecting
        {
            OnTaken = taken =>
            {
                if (taken == 2)
                    (seen, flushes) = (Bookmark.Open(file, "q", () => null).Position, target.Flushes);
            },
        };
        var replay = new LogReplay(log, log, options, clock)
        {
            Actor = "tester", Command = "replay", Speed = 1, Bookmark = Bookmark.Open(file, "q", () => null), OnProgress = at => progress.Add(at.Position),
        };

        await replay.RunAsync(Everything, target, _stop);

        Assert.Equal((place, 1), (seen, flushes));
        Assert.Equal([1, 2], progress);
    }

    [Theory]
    [InlineData(0, "4 8 12 16 20 23")]
    [InlineData(5, "9 13 17 21 23")]
    public async Task Who_watches_is_told_how_far_it_is_of_how_much_after_each_page(long after, string positions)
    {
        var log = new InMemoryEventLog().With(RecordedDay.Events());
        var progress = new List<ReplayProgress>();
        var replay = new LogReplay(log, log, new ReplayOptions { PageEvents = 4 }, _time)
        {
            Actor = "tester", Command = "replay", OnProgress = progress.Add,
        };

        await replay.RunAsync(Everything with { After = after }, new Collecting(), _stop);

        Assert.Equal(positions, string.Join(' ', progress.Select(static at => at.Position)));
        Assert.All(progress, at => Assert.Equal((new LogRange(after, 23), at.Position - after), (at.Range, at.Events)));
    }

    [Theory]
    [InlineData(0, 12, true)]
    [InlineData(1, 12, false)]
    [InlineData(1, 0, true)] // there was nothing to remove
    public async Task What_was_removed_before_the_time_that_is_asked_about_lacks_nobody(long ticksEarlier, long removed, bool isComplete)
    {
        var before = RecordedDay.At(9, 15);
        var log = new InMemoryEventLog().With(RecordedDay.Events());
        await log.AppendAsync(EventStreamName.Audit, ExpectedVersion.Any, [new NewEvent(new RetentionApplied("chat", before, removed), _time.GetUtcNow())], _stop);

        var statement = await Replay(log).RunAsync(
            Everything with { From = new LogPoint(before - TimeSpan.FromTicks(ticksEarlier), null) }, new Collecting(), _stop);

        Assert.Equal(isComplete, statement.IsComplete);
    }

    [Fact]
    public async Task The_pace_is_that_of_the_log()
    {
        var log = new InMemoryEventLog().With(RecordedDay.Events());
        var clock = new LeapingClock(RecordedDay.At(18, 0));
        var moments = new List<TimeSpan>();
        var target = new Collecting { OnTaken = _ => moments.Add(clock.GetUtcNow() - RecordedDay.At(18, 0)) };
        var replay = new LogReplay(log, log, new ReplayOptions(), clock) { Actor = "tester", Command = "replay", Speed = 60 };
        await replay.RunAsync(Everything with { Kinds = ["statistics", "security"] }, target, _stop);

        // 9:12, 9:13, 10:30, 11:30 and 11:40, a minute a second.
        Assert.Equal([0, 1, 78, 138, 148], moments.Select(moment => moment.TotalSeconds));
    }

    [Fact]
    public async Task An_interrupted_replay_goes_on_at_its_bookmark_and_gives_each_event_once()
    {
        var log = new InMemoryEventLog().With(RecordedDay.Events());
        var file = Path.Combine(_folder, "bookmark");
        var given = new List<long>();
        for (var part = 1; ; part++)
        {
            using var interruption = CancellationTokenSource.CreateLinkedTokenSource(_stop);
            var target = new Collecting { OnTaken = taken => (taken == 7 ? interruption : null)?.Cancel() };
            var statement = await Replay(log, bookmark: Bookmark.Open(file, "q", () => null)).RunAsync(
                Everything with { Kinds = ["community", "chat", "channel", "security", "statistics"] }, target, interruption.Token);
            given.AddRange(target.Taken.Select(stored => stored.Position));
            Assert.Equal(part < 4, statement.IsInterrupted);
            if (!statement.IsInterrupted)
                break;
            Assert.Equal(given[^1], statement.ContinueAfter);
            Assert.Contains($"--after {given[^1]}", statement.ToString(), StringComparison.Ordinal);
        }

        Assert.Equal(Enumerable.Range(1, 23).Select(position => (long)position), given);
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(1, 0)]
    public async Task The_place_is_written_down_when_its_interval_is_over_and_not_a_moment_before(long ticksBefore, long expected)
    {
        var options = new ReplayOptions { PageEvents = 4, PagesAhead = 2 };
        var file = Path.Combine(_folder, "bookmark");
        var seen = -1L;
        var target = new Collecting
        {
            OnTaken = taken =>
            {
                if (taken == 4)
                    _time.Advance(options.BookmarkInterval - TimeSpan.FromTicks(ticksBefore)); // the first page is worked on
                if (taken == 5)
                    seen = Bookmark.Open(file, "q", () => null).Position;
            },
        };
        await Replay(new InMemoryEventLog().With(RecordedDay.Events()), bookmark: Bookmark.Open(file, "q", () => null)).RunAsync(Everything, target, _stop);
        Assert.Equal(expected, seen);
        Assert.Equal(23, Bookmark.Open(file, "q", () => null).Position);
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    [InlineData(7, 3)]
    public async Task A_row_group_of_a_Parquet_file_holds_as_many_events_as_may_be(int events, int groups)
    {
        using var output = new MemoryStream();
        await using (var target = await ParquetTarget.CreateAsync(output, new ReplayOptions { RowGroupEvents = 3 }, _stop))
            await Replay(new InMemoryEventLog().With(RecordedDay.Events().Take(events))).RunAsync(Everything, target, _stop);
        await using var reader = await Parquet.ParquetReader.CreateAsync(output, cancellationToken: _stop);
        Assert.Equal(groups, reader.RowGroupCount);
    }

    [Fact]
    public void A_bookmark_of_another_question_is_refused()
    {
        var file = Path.Combine(_folder, "bookmark");
        File.WriteAllText(file, """{"position":3,"question":"kind chat","target":null}""");
        Assert.Equal(3, Bookmark.Open(file, "kind chat", () => null).Position);
        Assert.Throws<InvalidDataException>(() => Bookmark.Open(file, "everything", () => null));
        Assert.Throws<InvalidDataException>(() => Bookmark.Open(file, "kind link", () => null));
        File.WriteAllText(file, "not ours");
        Assert.Throws<InvalidDataException>(() => Bookmark.Open(file, "everything", () => null));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_bookmark_names_whom_was_asked_about_so_it_is_for_its_owners_eyes(bool isThere)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("files have no such modes there");
            return;
        }

        var file = Path.Combine(_folder, "bookmark");
        foreach (var left in isThere ? (string[])[file, file + ".new"] : [])
        {
            await File.WriteAllTextAsync(left, """{"position":3,"question":"user bob","target":null}""", _stop);
            File.SetUnixFileMode(left, (UnixFileMode)0b110_110_110);
        }

        for (var position = 4; position <= 5; position++)
        {
            await Bookmark.Open(file, "user bob", () => null).SaveAsync(position);
            Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(file));
            Assert.Equal(position, Bookmark.Open(file, "user bob", () => null).Position);
        }

        Assert.Equal(["bookmark"], Directory.GetFiles(_folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_resumed_sandbox_is_that_of_a_replay_in_one_go()
    {
        var log = new InMemoryEventLog().With(RecordedDay.Events());
        var (whole, resumed) = (new Sandbox(), new Sandbox());
        await Replay(log).RunAsync(Everything with { To = new LogPoint(null, 23) }, new SandboxTarget(whole), _stop);
        var statement = await Replay(log).RunAsync(Everything with { After = 11, To = new LogPoint(null, 23) }, new SandboxTarget(resumed), _stop);
        Assert.Equal(whole.Hash(), resumed.Hash());
        Assert.Equal(12, statement.Events);
    }

    [Fact]
    public async Task Names_choose_the_events_of_an_extract_that_does_not_show_them()
    {
        var log = new InMemoryEventLog { Pseudonym = Masked }.With(RecordedDay.Events());
        var target = new Collecting();
        await Replay(log).RunAsync(new ReplayQuestion(EventView.Pseudonymous) { Users = ["bob"], Kinds = ["community", "channel"] }, target, _stop);
        Assert.Equal([7, 8, 9, 17, 19], target.Taken.Select(stored => stored.Position));
        Assert.Equal(new UserId("7f3a"), Assert.IsType<ParticipantLoggedIn>(target.Taken[0].Envelope.Payload).User);
    }

    [Fact]
    public async Task Lines_are_json_objects_with_what_is_asked_for_most_beside_the_fields()
    {
        var log = new InMemoryEventLog().With(RecordedDay.Events());
        using var output = new MemoryStream();
        await using (var target = new JsonLinesTarget(output))
            await Replay(log).RunAsync(Everything with { Kinds = ["chat.line-captured"] }, target, _stop);
        var lines = Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(["lunch?", "=1+1 o'clock", "back"], lines.Select(line => (string?)line["fields"]!["text"]));
        Assert.Equal("alice bob alice", string.Join(' ', lines.Select(line => (string?)line["user"])));
        Assert.Equal("2026-05-06T09:21:00Z", (string?)lines[0]["occurred"]);
        Assert.Equal((11, "chat-1-42", 2), ((int)lines[0]["position"]!, (string?)lines[0]["stream"], (int)lines[0]["sequence"]!));
    }

    [Fact]
    public async Task Cells_that_a_spreadsheet_would_run_are_made_harmless()
    {
        var log = new InMemoryEventLog().With(
            Stated(1, new UserDisabled(new UserId("=cmd|' /C calc'!A0"))), Stated(2, new UserDisabled(new UserId("@a,\"b\""))), Stated(3, new UserDisabled(new UserId("plain"))));
        using var output = new MemoryStream();
        await using (var target = new CsvTarget(output))
            await Replay(log).RunAsync(Everything, target, _stop);
        var lines = Encoding.UTF8.GetString(output.ToArray()).Split("\r\n");
        Assert.Equal(string.Join(',', ExtractRow.Columns), lines[0]);
        Assert.Contains(",\"'=cmd|' /C calc'!A0\",", lines[1], StringComparison.Ordinal);
        Assert.Contains(",\"'@a,\"\"b\"\"\",", lines[2], StringComparison.Ordinal);
        Assert.Contains(",plain,", lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_leave_the_store_in_no_extract()
    {
        const string Secret = "$argon2id$secret";
        var log = new InMemoryEventLog().With(Stated(1, new UserAdded(RecordedDay.Alice, "Alice", default, "", Secret)), Stated(2, new UserPasswordChanged(RecordedDay.Alice, Secret)));
        using var output = new MemoryStream();
        await using (var json = new JsonLinesTarget(output))
            await Replay(log).RunAsync(Everything, json, _stop);
        await using (var csv = new CsvTarget(output))
            await Replay(log).RunAsync(Everything, csv, _stop);
        var text = Encoding.UTF8.GetString(output.ToArray());
        Assert.Contains("user-password-changed", text, StringComparison.Ordinal);
        Assert.DoesNotContain("argon2id", text, StringComparison.Ordinal);
    }

    private LogReplay Replay(InMemoryEventLog log, double? speed = null, Bookmark? bookmark = null) =>
        new(log, log, new ReplayOptions { PageEvents = 4, PagesAhead = 2 }, _time) { Actor = "tester", Command = "replay", Speed = speed, Bookmark = bookmark };

    private static EventEnvelope Stated(long sequence, IEvent fact) =>
        new(EventStreamName.Hub(1, 1), sequence, new EventSource(1, 1), RecordedDay.At(9, 0), RecordedDay.At(9, 0), default, fact);

    private static EventEnvelope Masked(EventEnvelope envelope) => envelope.Payload is ParticipantLoggedIn fact
        ? envelope with { Payload = fact with { User = new UserId("7f3a"), DisplayName = "[hidden]" } }
        : envelope;

    /// <summary>Takes some events, and knows of fewer that they are safe.</summary>
    private sealed class Refusing(int after, long confirmed) : IReplayTarget
    {
        private int _taken;

        public long Confirmed => confirmed;

        public ValueTask TakeAsync(StoredEvent stored) =>
            ++_taken <= after ? ValueTask.CompletedTask : throw new ReplayTargetException("it is full", new IOException());

        public ValueTask FlushAsync() => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
