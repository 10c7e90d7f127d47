using Microsoft.Extensions.Time.Testing;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers.ChatLog;
using Sametime.Services.Providers.Links;
using Sametime.Services.Providers.Retention;
using Sametime.Services.Providers.Subjects;
using Sametime.Tests.Kit.Events;
using Xunit;

namespace Sametime.Tests.Unit.Services.Providers;

/// <summary>When retention leaves off. What goes and what stays is tested on the stores.</summary>
public sealed class EventRetentionTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 6, 12, 0, 0, TimeSpan.Zero);

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;
    private readonly RetentionOptions _options = new();
    private readonly Store _store = new();
    private readonly InMemoryEventLog _log = new();

    public EventRetentionTests() => _log.With(Enumerable.Range(1, 4).Select(static number =>
        new EventEnvelope(EventStreamName.Hub(1, 1), number, new EventSource(1, 1), default, default, default, new HubJoined(2, 1, "south"))));

    [Fact]
    public async Task Where_everything_is_kept_for_ever_the_store_is_not_even_asked()
    {
        (_options.Community, _options.Security, _options.Statistics, _options.Chat) = default((TimeSpan, TimeSpan, TimeSpan, TimeSpan));

        Assert.Empty(await ApplyAsync());
        Assert.Equal(0, _store.Asked);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1_000)]
    public async Task When_somebody_else_is_at_it_he_does_what_is_left_and_says_so(int atOnce)
    {
        _options.EventsAtOnceMax = atOnce;
        _store.IsOthers = true;

        Assert.Empty(await ApplyAsync());
        Assert.Single(_store.Removed);
        Assert.DoesNotContain(_log.Events, stored => stored.Envelope.Payload is RetentionApplied);
    }

    [Fact]
    public async Task What_is_removed_is_noted_down_once()
    {
        _options.EventsAtOnceMax = 1;

        var removed = new RemovedOfClass(EventClass.Community, Now - _options.Community, 4);
        Assert.Equal([removed], await ApplyAsync());
        Assert.Equal([1, 1, 1, 1], _store.Removed);
        Assert.Equal(
            new RetentionApplied("Community", removed.Before, 4), _log.Events.Select(stored => stored.Envelope.Payload).OfType<RetentionApplied>().Single());
    }

    [Fact]
    public async Task Events_that_carry_no_link_are_removed_by_nobody()
    {
        _store.Link = null;

        Assert.Contains("sametime store migrate", (await Assert.ThrowsAsync<StoreRefusedException>(ApplyAsync)).Message, StringComparison.Ordinal);
        Assert.Empty(_store.Removed);
    }

    private async Task<IReadOnlyList<RemovedOfClass>> ApplyAsync()
    {
        var time = new FakeTimeProvider(Now);
        using var holds = new LegalHolds(_log, time);
        return await new EventRetention(_store, _log, _log, holds, _options, time).ApplyAsync(Now, _stop);
    }

    /// <summary>A store that gives out two events at a time of four.</summary>
    private sealed class Store : IRetention
    {
        public byte[]? Link { get; set; } = new byte[EventLinks.Bytes];

        /// <summary>Whether somebody else removes events from it at the same time.</summary>
        public bool IsOthers { get; set; }

        public int Asked { get; private set; }

        /// <summary>How many events each transaction was to remove.</summary>
        public List<int> Removed { get; } = [];

        public Task<List<RemovedEvents>> LoadRemovedAsync(CancellationToken stop)
        {
            Asked++;
            return Task.FromResult(new List<RemovedEvents>());
        }

        public Task<List<(long Position, SealedEvent? Event)>> ReadPageAsync(long after, long to, CancellationToken stop) => Task.FromResult(
            Enumerable.Range((int)after + 1, 2).Where(position => position <= to).Select(position => ((long)position, (SealedEvent?)new SealedEvent(
                position, EventStreamName.Hub(1, 1), position, new EventSource(1, 1), default, default, default,
                new WrittenEvent("community.hub-joined", 1, "{}")) { Link = Link })).ToList());

        public Task<SubjectId?> FindPersonAsync(UserId user, CancellationToken stop) => Task.FromResult<SubjectId?>(null);

        public Task<HashSet<string>> FindKeptChatsAsync(
            IReadOnlyCollection<string> conversations, DateTimeOffset since, IReadOnlyCollection<SubjectId> persons, CancellationToken stop) =>
            Task.FromResult(new HashSet<string>());

        public Task<bool> RemoveAsync(Removal removal, CancellationToken stop)
        {
            Removed.Add(removal.Events.Count);
            return Task.FromResult(!IsOthers);
        }
    }
}
