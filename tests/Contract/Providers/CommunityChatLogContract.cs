using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.ProviderSuite;
using Sametime.Services.Providers.ChatLog;
using Xunit;

namespace Sametime.Tests.Contract.Providers;

/// <summary>What the log of conversations in our own stores does beyond <see cref="ChatLogContract"/>, and legal holds.</summary>
public abstract class CommunityChatLogContract : ChatLogContract
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    protected override IChatLogProvider Log => LogWith(new ChatLogLimits { PageEntriesMax = PageEntriesMax });

    private protected abstract Stored Opened { get; }

    private protected abstract ValueTask EraseAsync(string user);

    private protected abstract Task RebuildAsync();

    /// <summary>The rows of the tables of conversations.</summary>
    private protected abstract Task<List<string>> DumpAsync();

    /// <summary>Makes these tables wrong.</summary>
    private protected abstract Task SpoilAsync();

    protected override async Task<IReadOnlyList<ChatLogRead>> ReadingsAsync() =>
        [.. (await Opened.Store.ReadStreamAsync(EventStreamName.Audit, 0, _stop).ToListAsync(_stop)).Select(stored => stored.Envelope.Payload).Cast<ChatLogRead>()];

    [Fact]
    public async Task The_tables_hold_no_text_no_place_and_no_name_and_are_made_anew_from_the_events()
    {
        await RecordAsync(1, Started(), Line("the secret", "the place"), Line("another"), new ChatLineUndelivered(2, Reason.ServerNotResponding), new ChatEnded(Reason.Success));
        await RecordAsync(2, Started());
        await RecordAsync(3, Started());
        await Log.InterruptAsync(1, 3, _stop);
        var folded = await DumpAsync();
        Assert.Equal(9, folded.Count);
        Assert.DoesNotContain(folded, row => ((string[])["secret", "place", "ALICE", "BOB"]).Any(word => row.Contains(word, StringComparison.OrdinalIgnoreCase)));

        await SpoilAsync();
        Assert.NotEqual(folded, await DumpAsync());
        await RebuildAsync();

        Assert.Equal(folded, await DumpAsync());
    }

    [Fact]
    public async Task A_hub_that_left_conversations_open_is_marked_as_a_whole_too_and_one_that_ended_them_is_not()
    {
        await RecordAsync(1, Started());
        await RecordAsync(2, Started(), new ChatEnded(Reason.Success));
        await Log.InterruptAsync(1, 3, _stop);

        var marks = await Opened.Store.ReadStreamAsync(EventStreamName.InterruptedChats(1), 0, _stop).Select(stored => stored.Envelope).ToListAsync(_stop);
        Assert.Equal([("c-1", 1u), (null, 1u)], marks.Select(mark => (mark.Cause.Correlation, ((ChatInterrupted)mark.Payload).Incarnation)));
    }

    [Fact]
    public async Task Of_somebody_who_was_erased_placeholders_are_found_in_his_conversations_and_nothing_by_his_name()
    {
        await RecordAsync(1, Started(), Line("the secret"));

        await EraseAsync("alice");

        var line = (ChatLineCaptured)(await Log.FindAsync(new() { User = new UserId("bob") }, "reader", _stop)).Entries[1].Fact;
        Assert.StartsWith("erased-", line.AuthorUser.Value, StringComparison.Ordinal);
        Assert.Equal("[erased]", line.Text);
        Assert.Equal(new UserId("bob"), line.RecipientUser);
        Assert.Empty((await Log.FindAsync(new() { User = new UserId("alice") }, "reader", _stop)).Entries);
        Assert.Empty((await Log.FindAsync(new() { Text = "secret" }, "reader", _stop)).Entries);
    }

    [Fact]
    public async Task A_page_looks_at_a_bounded_number_of_entries_and_says_where_to_go_on()
    {
        await RecordAsync(1, [.. Enumerable.Range(0, 9).Select(i => Line($"line {i}"))]);
        var log = LogWith(new ChatLogLimits { PageEntriesMax = 2, PageScannedMax = 4 });

        var first = await log.FindAsync(new() { Text = "line 5" }, "reader", _stop);
        var second = await log.FindAsync(new() { Text = "line 5", After = first.Next }, "reader", _stop);

        Assert.Empty(first.Entries);
        Assert.Equal(4, first.Next!.Value.Sequence);
        Assert.Equal("line 5", ((ChatLineCaptured)Assert.Single(second.Entries).Fact).Text);
    }

    [Fact]
    public async Task A_page_ends_when_it_holds_enough_bytes_of_text()
    {
        await RecordAsync(1, [.. Enumerable.Range(0, 3).Select(i => Line(new string('ü', 50)))]);

        var page = await LogWith(new ChatLogLimits { PageBytesMax = 150 }).FindAsync(new(), "reader", _stop);

        Assert.Equal(2, page.Entries.Count);
        Assert.Equal(2, page.Next!.Value.Sequence);
    }

    [Fact]
    public async Task Numbers_that_are_missing_within_a_stream_are_found()
    {
        await RecordAsync(1, Started(), Line("1"), Line("2"));
        Assert.Empty(await Opened.Lines.FindGapsAsync(_stop));
        var facts = Enumerable.Range(1, 9).Select(number => new EventEnvelope(
            EventStreamName.Chat(1, 2), number, new EventSource(1, 2), Noon.AddSeconds(number), Noon, new EventCause("c-2"), Line($"{number}"))).ToList();

        await Log.RecordAsync([facts[1], facts[2], facts[6], facts[8]], _stop);

        var stream = EventStreamName.Chat(1, 2);
        Assert.Equal([new ChatGap(stream, 1, 1), new ChatGap(stream, 4, 6), new ChatGap(stream, 8, 8)], await Opened.Lines.FindGapsAsync(_stop));
    }

    [Fact]
    public async Task A_hold_lies_on_somebody_from_its_placing_to_its_release_whoever_asks()
    {
        var (one, other) = (new LegalHolds(Opened.Store, TimeProvider.System), new LegalHolds(Opened.Store, TimeProvider.System));
        var alice = new UserId("alice");
        Assert.False(await other.IsHeldAsync(alice, _stop));

        Assert.True(await one.PlaceAsync(alice, "case 7", "root", _stop));
        Assert.False(await other.PlaceAsync(new UserId("ALICE"), "case 8", "root", _stop));
        Assert.True(await other.IsHeldAsync(new UserId("Alice"), _stop));
        Assert.False(await other.IsHeldAsync(new UserId("bob"), _stop));
        var hold = Assert.Single(await other.ListAsync(_stop));
        Assert.Equal((alice, "case 7", "root"), (hold.User, hold.Why, hold.Actor));

        Assert.True(await other.ReleaseAsync(alice, "root", _stop));
        Assert.False(await one.ReleaseAsync(alice, "root", _stop));
        Assert.False(await one.IsHeldAsync(alice, _stop));
    }

    [Fact]
    public async Task Of_many_who_place_the_same_hold_at_once_one_does()
    {
        var placed = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            Task.Run(() => new LegalHolds(Opened.Store, TimeProvider.System).PlaceAsync(new UserId("alice"), "case 7", "root", _stop).AsTask())));

        Assert.Single(placed, won => won);
        Assert.Single(await Opened.Store.ReadStreamAsync(EventStreamName.ChatPolicy, 0, _stop).ToListAsync(_stop));
    }

    private EventChatLog LogWith(ChatLogLimits limits) => new(Opened.Store, Opened.Log, Opened.Lines, limits, TimeProvider.System);

    private static ChatStarted Started() => new(new LoginId(1, 1, 1), new UserId("alice"), new LoginId(1, 1, 2), new UserId("bob"), ChatLogMode.Strict);

    private static ChatLineCaptured Line(string text, string place = "") =>
        new(new LoginId(1, 1, 1), new UserId("alice"), new LoginId(1, 1, 2), new UserId("bob"), ChatContent.Text, text, place);

    private async Task RecordAsync(uint incarnation, params IEvent[] facts) => await Log.RecordAsync(
        [.. facts.Select((fact, i) => new EventEnvelope(
            EventStreamName.Chat(1, incarnation), i + 1, new EventSource(1, incarnation), Noon.AddSeconds(i), Noon, new EventCause($"c-{incarnation}"), fact))], _stop);

    private protected sealed record Stored(IEventStore Store, IEventLog Log, IChatLines Lines);
}
