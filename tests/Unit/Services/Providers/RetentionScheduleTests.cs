using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers.ChatLog;
using Sametime.Services.Providers.Links;
using Sametime.Services.Providers.Retention;
using Sametime.Services.Providers.Subjects;
using Sametime.Tests.Kit.Events;
using Sametime.Tests.Kit.Services;
using Sametime.Tests.Kit.Ends;
using Xunit;

namespace Sametime.Tests.Unit.Services.Providers;

public sealed class RetentionScheduleTests
{
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 6, 12, 0, 0, TimeSpan.Zero));
    private readonly RetentionOptions _options = new() { Interval = TimeSpan.FromMinutes(1) };
    private readonly LogLines<RetentionSchedule> _log = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task It_applies_at_its_start_and_after_each_interval_also_when_the_store_was_away(int failures)
    {
        var store = new Store(_time) { Failures = failures };
        await using (Start(store, _options.Interval))
        {
            await Waits.UntilAsync(() => store.AskedAt.Count == 1, static () => { }, "it applies at its start", _stop);
            await PassTimeAsync(() => store.AskedAt.Count == failures + 2, "it was applied twice after the failures");
        }

        Assert.Equal(store.Start, store.AskedAt[0]);
        Assert.All(store.AskedAt.Zip(store.AskedAt.Skip(1)), two => Assert.True(two.Second - two.First >= _options.Interval));
        Assert.Equal(failures, _log.Lines.Count(line => line.Level == LogLevel.Warning));
    }

    [Fact]
    public async Task Without_an_interval_only_the_command_applies_it()
    {
        var store = new Store(_time);
        await using (Start(store, TimeSpan.Zero))
        {
            // Whatever it had begun would have come before this.
            for (var i = 0; i < 100; i++)
                await Task.Run(() => _time.Advance(TimeSpan.FromDays(1)), _stop);
        }

        Assert.Empty(store.AskedAt);
    }

    [Fact]
    public async Task It_ends_while_the_store_is_silent()
    {
        var store = new Store(_time) { IsSilent = true };
        var schedule = Start(store, _options.Interval);
        await PassTimeAsync(() => store.AskedAt.Count == 1, "it asks");

        await schedule.DisposeAsync().AsTask().ForAsync("the schedule ends", _stop);

        Assert.Empty(_log.Lines);
    }

    private RetentionSchedule Start(Store store, TimeSpan interval)
    {
        var log = new InMemoryEventLog();
        return new RetentionSchedule(new EventRetention(store, log, log, new LegalHolds(log, _time), _options, _time), interval, _time, _log);
    }

    private Task PassTimeAsync(Func<bool> isSo, string what) => Waits.UntilAsync(isSo, () => _time.Advance(_options.Interval / 8), what, _stop);

    /// <summary>A store with nothing in it that notes when it is asked, and may be away or silent.</summary>
    private sealed class Store(FakeTimeProvider time) : IRetention
    {
        public int Failures { get; set; }

        public bool IsSilent { get; init; }

        public DateTimeOffset Start { get; } = time.GetUtcNow();

        public List<DateTimeOffset> AskedAt { get; } = [];

        public async Task<List<RemovedEvents>> LoadRemovedAsync(CancellationToken stop)
        {
            AskedAt.Add(time.GetUtcNow());
            if (IsSilent)
                await Task.Delay(Timeout.Infinite, stop);
            return Failures-- > 0 ? throw new StoreUnavailableException("It is away, as the test said.") : [];
        }

        public Task<List<(long Position, SealedEvent? Event)>> ReadPageAsync(long after, long to, CancellationToken stop) => Task.FromResult(new List<(long, SealedEvent?)>());

        public Task<SubjectId?> FindPersonAsync(UserId user, CancellationToken stop) => throw new NotSupportedException();

        public Task<HashSet<string>> FindKeptChatsAsync(
            IReadOnlyCollection<string> conversations, DateTimeOffset since, IReadOnlyCollection<SubjectId> persons, CancellationToken stop) =>
            throw new NotSupportedException();

        public Task<bool> RemoveAsync(Removal removal, CancellationToken stop) => throw new NotSupportedException();
    }
}
