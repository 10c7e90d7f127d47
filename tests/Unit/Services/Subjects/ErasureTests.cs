using Microsoft.Extensions.Time.Testing;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers.Subjects;
using Sametime.Tests.Kit.Events;
using Sametime.Tests.Kit.Providers;
using Sametime.Tests.Kit.Ends;
using Xunit;

namespace Sametime.Tests.Unit.Services.Subjects;

/// <summary>How long an erase waits, and for what, by a set clock.</summary>
public sealed class ErasureTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 6, 12, 0, 0, TimeSpan.Zero));
    private readonly SubjectOptions _options = new();
    private readonly Persons _persons;

    public ErasureTests() => _persons = new Persons(_time);

    [Fact]
    public async Task Servers_that_have_not_heard_are_waited_for_as_long_as_may_be_and_then_the_keys_stay()
    {
        _persons.IsForwarded = false;
        var (erasing, took) = await EraseAsync();

        Assert.Equal(Erased.NotHeard, erasing);
        Assert.True(took > _options.EraseTimeout);
        Assert.Empty(_persons.Erased);

        // They hear of it later, and it is done again.
        _persons.IsForwarded = true;
        Assert.Equal(Erased.Done, (await EraseAsync()).Erased);
        Assert.Single(_persons.Erased);
    }

    [Fact]
    public async Task Servers_that_hear_at_the_last_moment_have_heard()
    {
        _persons.IsForwarded = false;
        var began = _time.GetUtcNow();
        var (erasing, took) = await EraseAsync(() => _persons.IsForwarded = _time.GetUtcNow() - began >= _options.EraseTimeout - Tick);

        Assert.Equal(Erased.Done, erasing);
        Assert.True(took >= _options.EraseTimeout - Tick + _options.EraseGrace);
    }

    [Fact]
    public async Task What_the_ended_logins_still_state_is_waited_for_before_the_keys_go()
    {
        _persons.IsForwarded = true;
        var (erasing, _) = await EraseAsync();

        Assert.Equal(Erased.Done, erasing);
        Assert.True(_persons.ErasedAt - _persons.AskedAt >= _options.EraseGrace);
    }

    [Fact]
    public async Task Where_no_server_runs_nothing_is_waited_for()
    {
        _persons.IsForwarded = null;

        Assert.Equal(Erased.Done, (await EraseAsync()).Erased);
        Assert.Equal(_persons.AskedAt, _persons.ErasedAt);
    }

    // Lets the time pass until it is over; tells how long it took.
    private async Task<(Erased Erased, TimeSpan Took)> EraseAsync(Action? between = null)
    {
        var log = new InMemoryEventLog();
        var began = _time.GetUtcNow();
        var erasing = new Erasure(_persons, new InMemoryDirectory(), log, new Nobody(), _options, _time).EraseAsync(new UserId("alice"), "operator", _stop);
        await Waits.UntilAsync(
            () => erasing.IsCompleted,
            () =>
            {
                between?.Invoke();
                _time.Advance(Tick);
            },
            "the erase is over", _stop);
        return (await erasing, _time.GetUtcNow() - began);
    }

    private sealed class Nobody : ILegalHolds
    {
        public ValueTask<bool> IsHeldAsync(UserId user, CancellationToken stop) => ValueTask.FromResult(false);
    }

    /// <summary>A store that knows Alice, and servers that have heard that she is removed, or have not, or do not run.</summary>
    private sealed class Persons(TimeProvider time) : IPersonalData, ISubjectKeys
    {
        private readonly Subject _alice = new(SubjectSeal.NewId(), "alice", new byte[32]);

        public bool? IsForwarded { get; set; }

        public List<SubjectId> Erased { get; } = [];

        public DateTimeOffset AskedAt { get; private set; }

        public DateTimeOffset ErasedAt { get; private set; }

        public ISubjectKeys Keys => this;

        public Task<long> SealHistoryAsync(CancellationToken stop) => Task.FromResult(0L);

        public Task<long> RemoveUserAsync(UserId user, CancellationToken stop) => Task.FromResult(7L);

        public Task<bool?> IsForwardedAsync(long position, CancellationToken stop)
        {
            AskedAt = time.GetUtcNow();
            return Task.FromResult(position == 7 ? IsForwarded : true);
        }

        public Task ForgetAsync(IReadOnlyDictionary<UserId, UserId> placeholders, CancellationToken stop) => Task.CompletedTask;

        public Task PurgeAsync(CancellationToken stop) => Task.CompletedTask;

        public IAsyncEnumerable<StoredEvent> ReadOfAsync(IReadOnlySet<SubjectId> persons, CancellationToken stop) => AsyncEnumerable.Empty<StoredEvent>();

        public ValueTask<SubjectNames> FindOrMakeAsync(IReadOnlyCollection<string> names, CancellationToken stop) => throw new NotSupportedException();

        public ValueTask<Subject?> FindAsync(string name, CancellationToken stop) =>
            ValueTask.FromResult(name == "alice" && Erased.Count == 0 ? _alice : null);

        public ValueTask<IReadOnlyDictionary<SubjectId, Subject>> LoadAsync(IReadOnlyCollection<SubjectId> ids, CancellationToken stop) => throw new NotSupportedException();

        public ValueTask EraseAsync(IReadOnlyCollection<SubjectId> ids, CancellationToken stop)
        {
            ErasedAt = time.GetUtcNow();
            Erased.AddRange(ids);
            return ValueTask.CompletedTask;
        }
    }
}
