using System.Text.Json.Nodes;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Xunit;

namespace Sametime.ProviderSuite;

/// <summary>What every event store does.</summary>
public abstract class EventStoreContract : IAsyncDisposable
{
    private const int Writes = 200;
    private const int Racers = 10;

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    /// <summary>What the store under test writes into each event as its source.</summary>
    protected static EventSource Source { get; } = new(1, 42);

    protected static EventStreamName Stream { get; } = EventStreamName.User(new UserId("alice"));

    protected static DateTimeOffset Noon { get; } = new(2026, 5, 6, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The store under test, with nothing in it. It should read few events at a time, so that pages are tried too.</summary>
    protected abstract IEventStore Store { get; }

    public abstract ValueTask DisposeAsync();

    [Fact]
    public async Task Events_come_back_as_they_were_appended()
    {
        var cause = new EventCause("channel-7", "hub-1-42/3");
        var precisely = Noon.AddTicks(1234567);
        var unknown = new UnknownEvent("place.created", 3, """{"place":"x"}""");
        var appended = await Store.AppendAsync(
            Stream, ExpectedVersion.None, [new NewEvent(Saved(1), precisely, cause), new NewEvent(Saved(2), Noon), new NewEvent(unknown, Noon)], _stop);

        var read = await Store.ReadStreamAsync(Stream, 0, _stop).ToListAsync(_stop);
        Assert.Equal(appended.Take(2), read.Take(2));
        Assert.Equal([1, 2, 3], read.Select(e => e.Envelope.Sequence));
        Assert.Equal((precisely, cause, Source), (read[0].Envelope.Occurred, read[0].Envelope.Cause, read[0].Envelope.Source));
        Assert.Equal(default, read[1].Envelope.Cause);
        Assert.Equal(Saved(2), read[1].Envelope.Payload);
        var kept = Assert.IsType<UnknownEvent>(read[2].Envelope.Payload);
        Assert.Equal((unknown.Name, unknown.Version), (kept.Name, kept.Version));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(unknown.Json), JsonNode.Parse(kept.Json)), kept.Json);
    }

    [Fact]
    public async Task A_stream_that_moved_on_refuses_and_stays_as_it_was()
    {
        await AppendAsync(1, 2);

        var refusal = await Assert.ThrowsAsync<StreamVersionException>(
            async () => await Store.AppendAsync(Stream, 1, [new NewEvent(Saved(3), Noon)], _stop));
        Assert.Equal((1L, 2L), (refusal.Expected, refusal.Actual));
        await Assert.ThrowsAsync<StreamVersionException>(
            async () => await Store.AppendAsync(Stream, ExpectedVersion.None, [new NewEvent(Saved(3), Noon)], _stop));
        Assert.Equal(2, await Store.ReadAllAsync(0, _stop).CountAsync(_stop));
        Assert.Equal(3, Assert.Single(await Store.AppendAsync(Stream, 2, [new NewEvent(Saved(3), Noon)], _stop)).Envelope.Sequence);
    }

    [Fact]
    public async Task All_streams_read_in_the_order_of_their_commits_over_many_pages()
    {
        for (var i = 0; i < 10; i++)
            await Store.AppendAsync(i % 2 == 0 ? Stream : EventStreamName.Directory, ExpectedVersion.Any, [new NewEvent(Saved((uint)i), Noon)], _stop);

        var all = await Store.ReadAllAsync(0, _stop).ToListAsync(_stop);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (uint)i), all.Select(e => ((UserStorageItemSaved)e.Envelope.Payload).Key));
        Assert.Equal(all.Skip(4), await Store.ReadAllAsync(all[3].Position, _stop).ToListAsync(_stop));
        Assert.Equal([4, 5], (await Store.ReadStreamAsync(Stream, 3, _stop).ToListAsync(_stop)).Select(e => e.Envelope.Sequence));
    }

    [Fact]
    public async Task Many_writes_at_once_each_get_a_number_of_their_own_without_a_gap()
    {
        var appended = await Task.WhenAll(Enumerable.Range(0, Writes).Select(i => AppendOneAsync((uint)i)));

        Assert.Equal(Enumerable.Range(1, Writes).Select(i => (long)i), appended.Select(one => one.Envelope.Sequence).Order());
        var read = await Store.ReadStreamAsync(Stream, 0, _stop).ToListAsync(_stop);
        Assert.Equal(appended.OrderBy(one => one.Envelope.Sequence), read);
    }

    [Fact]
    public async Task Of_many_who_expect_the_same_version_one_writes_and_the_others_learn_of_it()
    {
        await AppendAsync(1);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, Racers).Select(async i =>
        {
            try
            {
                await Store.AppendAsync(Stream, 1, [new NewEvent(Saved((uint)i), Noon)], _stop);
                return 0;
            }
            catch (StreamVersionException refusal)
            {
                return refusal.Actual;
            }
        }));

        Assert.Single(outcomes, actual => actual == 0);
        Assert.All(outcomes.Where(actual => actual != 0), actual => Assert.Equal(2, actual));
        Assert.Equal(2, await Store.ReadStreamAsync(Stream, 0, _stop).CountAsync(_stop));
    }

    [Fact]
    public async Task A_reader_that_goes_on_from_where_it_was_passes_over_nothing_while_others_write()
    {
        var writing = Task.WhenAll(Enumerable.Range(0, Writes).Select(i => AppendOneAsync((uint)i)));
        var seen = new List<StoredEvent>();
        while (seen.Count < Writes)
            seen.AddRange(await Store.ReadAllAsync(seen.Count == 0 ? 0 : seen[^1].Position, _stop).ToListAsync(_stop));
        await writing;

        Assert.Equal(Enumerable.Range(0, Writes).Select(i => (uint)i), seen.Select(stored => ((UserStorageItemSaved)stored.Envelope.Payload).Key).Order());
        Assert.Equal(seen.Select(stored => stored.Position).Order(), seen.Select(stored => stored.Position));
    }

    [Fact]
    public async Task A_write_given_up_before_it_began_leaves_nothing()
    {
        using var gaveUp = new CancellationTokenSource();
        await gaveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Store.AppendAsync(Stream, ExpectedVersion.Any, [new NewEvent(Saved(1), Noon)], gaveUp.Token));
        Assert.Equal(0, await Store.ReadAllAsync(0, _stop).CountAsync(_stop));
        Assert.Equal(1, (await AppendOneAsync(2)).Envelope.Sequence);
    }

    protected static UserStorageItemSaved Saved(uint key) => new(new UserId("alice"), key, [(byte)key]);

    private async Task<StoredEvent> AppendOneAsync(uint key) =>
        Assert.Single(await Store.AppendAsync(Stream, ExpectedVersion.Any, [new NewEvent(Saved(key), Noon)], _stop));

    private async Task AppendAsync(params uint[] keys) =>
        await Store.AppendAsync(Stream, ExpectedVersion.Any, [.. keys.Select(key => new NewEvent(Saved(key), Noon))], _stop);
}
