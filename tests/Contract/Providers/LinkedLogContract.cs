using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers;
using Xunit;

namespace Sametime.Tests.Contract.Providers;

/// <summary>What somebody with the right to write to the database does to it without the key.</summary>
public enum Tampering
{
    AlteredField,
    AlteredTime,
    AlteredCause,
    AlteredName,
    Removed,
    TailCut,
    TailCutAndItsEndMoved,
    Swapped,
    Unlinked,
    Added,
    StreamRemoved,
}

/// <summary>Whoever changes the log behind the program's back leaves a trace, whichever store it is.</summary>
public abstract class LinkedLogContract : IAsyncDisposable
{
    protected const int Events = 7;

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    protected static EventStreamName North { get; } = EventStreamName.Hub(1, 42);

    private static DateTimeOffset Noon { get; } = new(2026, 5, 6, 12, 0, 0, TimeSpan.Zero);

    public abstract ValueTask DisposeAsync();

    /// <summary>Opens the store as one more process would.</summary>
    private protected abstract Task<Opened> OpenAsync();

    /// <summary>The statements by which it is done to the stream <see cref="North"/>, whose third event lies at this position, and to its tail.</summary>
    protected abstract string StatementsOf(Tampering tampering, long third);

    /// <summary>Takes all links away, as if an earlier version had written the log.</summary>
    protected abstract string Unlink { get; }

    /// <summary>Does something to the database that the program would not.</summary>
    protected abstract Task ExecuteAsync(string statements);

    [Fact]
    public async Task The_log_of_two_processes_that_write_at_once_is_whole()
    {
        var (one, other) = (await OpenAsync(), await OpenAsync());
        await FillAsync(one);
        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => Task.Run(async () =>
        {
            var store = i % 2 == 0 ? one : other;
            await store.Log.RecordAsync([Stated(Events + i + 1), Stated(Events + i + 2)], _stop);
            await store.Directory.AddUserAsync(new UserRecord(new UserId($"user{i}"), "nul\0l and last \U0010FFFF", []), "hash", _stop);
        })));
        await Assert.ThrowsAsync<StreamVersionException>(async () =>
            await one.Events.AppendAsync(EventStreamName.Directory, 99, [new NewEvent(new GroupRemoved("g"), Noon)], _stop));

        var report = await one.Links.VerifyLinksAsync(null, _stop);

        Assert.Equal((true, 0L, 0L, (long)await one.Events.ReadAllAsync(0, _stop).CountAsync(_stop)), (report.IsWhole, report.Unlinked, report.Removed, report.Events));
        Assert.Equal(report, await other.Links.VerifyLinksAsync(null, _stop) with { First = report.First });
        var chat = await one.Links.VerifyLinksAsync(stream => stream.IsChat, _stop);
        Assert.Equal((true, 2L, 1L), (chat.IsWhole, chat.Events, chat.Streams));
    }

    [Theory]
    [InlineData(Tampering.AlteredField, LinkFaultKind.Broken)]
    [InlineData(Tampering.AlteredTime, LinkFaultKind.Broken)]
    [InlineData(Tampering.AlteredCause, LinkFaultKind.Broken)]
    [InlineData(Tampering.AlteredName, LinkFaultKind.Broken)]
    [InlineData(Tampering.Removed, LinkFaultKind.Broken)]
    [InlineData(Tampering.TailCut, LinkFaultKind.TailCut)]
    [InlineData(Tampering.TailCutAndItsEndMoved, LinkFaultKind.Forged)]
    [InlineData(Tampering.Swapped, LinkFaultKind.Broken)]
    [InlineData(Tampering.Unlinked, LinkFaultKind.Missing)]
    [InlineData(Tampering.Added, LinkFaultKind.Broken)]
    [InlineData(Tampering.StreamRemoved, LinkFaultKind.TailCut)]
    public async Task What_was_done_to_the_log_is_found(Tampering tampering, LinkFaultKind kind)
    {
        var store = await OpenAsync();
        await FillAsync(store);
        Assert.True((await store.Links.VerifyLinksAsync(null, _stop)).IsWhole);
        var third = await store.Events.ReadStreamAsync(North, 2, _stop).FirstAsync(_stop);

        await ExecuteAsync(StatementsOf(tampering, third.Position));

        var report = await store.Links.VerifyLinksAsync(null, _stop);
        Assert.False(report.IsWhole);
        Assert.Equal((kind, North), (report.First[0].Kind, report.First[0].Stream));
        Assert.True((await store.Links.VerifyLinksAsync(stream => stream != North, _stop)).IsWhole);
    }

    [Fact]
    public async Task What_an_earlier_version_wrote_is_linked_by_the_migration()
    {
        var store = await OpenAsync();
        await FillAsync(store);
        await ExecuteAsync(Unlink);
        var before = await store.Links.VerifyLinksAsync(null, _stop);
        var count = await store.Events.ReadAllAsync(0, _stop).CountAsync(_stop);
        Assert.Equal((true, (long)count), (before.IsWhole, before.Unlinked));

        // The new version has written before anybody migrated.
        await store.Log.RecordAsync([Stated(Events + 1)], _stop);
        Assert.Equal((true, (long)count), ((await store.Links.VerifyLinksAsync(null, _stop)).IsWhole, (await store.Links.VerifyLinksAsync(null, _stop)).Unlinked));
        Assert.Equal(count + 1, await store.LinkHistoryAsync());
        Assert.Equal(0, await store.LinkHistoryAsync());

        await store.Log.RecordAsync([Stated(Events + 2)], _stop);
        var after = await store.Links.VerifyLinksAsync(null, _stop);
        Assert.Equal((true, 0L, count + 2L), (after.IsWhole, after.Unlinked, after.Events));
    }

    // Streams of every kind lie among each other.
    private async Task FillAsync(Opened store)
    {
        for (var i = 1; i <= Events; i++)
        {
            await store.Log.RecordAsync([Stated(i)], _stop);
            if (i <= 2)
            {
                await store.Directory.AddUserAsync(new UserRecord(new UserId($"person{i}"), $"Person {i}", [$"p{i}"]), "hash", _stop);
                await store.Events.AppendAsync(EventStreamName.User(new UserId("alice")), i - 1, [new NewEvent(new UserStorageItemSaved(new UserId("alice"), 1, [1, 2]), Noon)], _stop);
                await store.Log.RecordAsync([Stated(i) with { Stream = EventStreamName.Chat(1, 42), Payload = new ChatEnded(Reason.Success) }], _stop);
            }
        }
    }

    private static EventEnvelope Stated(long sequence) => new(
        North, sequence, new EventSource(1, 42), Noon.AddTicks(sequence), Noon.AddTicks(sequence), new EventCause("c", $"b{sequence}"), new HubJoined(2, 1, $"south {sequence}"));

    /// <summary>The store as one process has it.</summary>
    private protected sealed record Opened(
        IEventStore Events, IEventLog Log, ILinkedLog Links, ICommunityDirectory Directory, Func<Task<long>> LinkHistoryAsync);
}
