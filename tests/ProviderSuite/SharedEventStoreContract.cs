using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Xunit;

namespace Sametime.ProviderSuite;

/// <summary>What an event store does that several processes, or one after the other, open at the same place.</summary>
public abstract class SharedEventStoreContract : IAsyncDisposable
{
    private const int Processes = 2;
    private const int Writes = 60;

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    private static EventStreamName Stream { get; } = EventStreamName.User(new UserId("alice"));

    public abstract ValueTask DisposeAsync();

    /// <summary>Opens the store of this test, empty at first, as one more process would.</summary>
    protected abstract Task<IEventStore> OpenAsync();

    [Fact]
    public async Task What_was_acknowledged_is_there_for_who_opens_the_store_next()
    {
        var store = await OpenAsync();
        var appended = await store.AppendAsync(Stream, ExpectedVersion.None, [Fact(1), Fact(2)], _stop);

        var next = await OpenAsync();
        Assert.Equal(appended, await next.ReadAllAsync(0, _stop).ToListAsync(_stop));
        Assert.Equal(3, Assert.Single(await next.AppendAsync(Stream, 2, [Fact(3)], _stop)).Envelope.Sequence);
    }

    [Fact]
    public async Task Processes_that_write_to_one_stream_at_once_lose_nothing_and_leave_no_gap()
    {
        var stores = await OpenManyAsync();

        await Task.WhenAll(Enumerable.Range(0, Writes).Select(i => stores[i % Processes].AppendAsync(Stream, ExpectedVersion.Any, [Fact((uint)i)], _stop).AsTask()));

        foreach (var store in stores)
        {
            var read = await store.ReadStreamAsync(Stream, 0, _stop).ToListAsync(_stop);
            Assert.Equal(Enumerable.Range(1, Writes).Select(i => (long)i), read.Select(stored => stored.Envelope.Sequence));
            Assert.Equal(Enumerable.Range(0, Writes).Select(i => (uint)i), read.Select(stored => ((UserStorageItemSaved)stored.Envelope.Payload).Key).Order());
        }
    }

    [Fact]
    public async Task Of_two_processes_that_expect_the_same_version_one_writes()
    {
        var stores = await OpenManyAsync();
        for (var version = 0; version < Writes / Processes; version++)
        {
            var expected = version;
            var written = await Task.WhenAll(stores.Select(async store =>
            {
                try
                {
                    await store.AppendAsync(Stream, expected, [Fact((uint)expected)], _stop);
                    return true;
                }
                catch (StreamVersionException)
                {
                    return false;
                }
            }));
            Assert.Single(written, isWritten => isWritten);
        }
    }

    [Fact]
    public async Task A_reader_in_another_process_passes_over_nothing()
    {
        var stores = await OpenManyAsync();
        var reader = await OpenAsync();

        // Streams of many users: writes to one stream wait for each other and so could not overtake.
        var writing = Task.WhenAll(Enumerable.Range(0, Writes).Select(i => stores[i % Processes].AppendAsync(
            EventStreamName.User(new UserId($"user{i % 7}")), ExpectedVersion.Any, [Fact((uint)i)], _stop).AsTask()));
        var seen = new List<StoredEvent>();
        while (seen.Count < Writes)
            seen.AddRange(await reader.ReadAllAsync(seen.Count == 0 ? 0 : seen[^1].Position, _stop).ToListAsync(_stop));
        await writing;

        Assert.Equal(Enumerable.Range(0, Writes).Select(i => (uint)i), seen.Select(stored => ((UserStorageItemSaved)stored.Envelope.Payload).Key).Order());
        Assert.Equal(seen, await reader.ReadAllAsync(0, _stop).ToListAsync(_stop));
    }

    private static NewEvent Fact(uint key) => new(new UserStorageItemSaved(new UserId("alice"), key, [(byte)key]), DateTimeOffset.UnixEpoch);

    private async Task<IEventStore[]> OpenManyAsync() => await Task.WhenAll(Enumerable.Range(0, Processes).Select(_ => OpenAsync()));
}
