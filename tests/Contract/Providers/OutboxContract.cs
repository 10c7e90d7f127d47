using System.Reflection;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers.Outbox;
using Sametime.Tests.Kit.Ends;
using Xunit;

namespace Sametime.Tests.Contract.Providers;

/// <summary>Every stored fact reaches the event plane at least once, whichever process dies and when.</summary>
public abstract class OutboxContract : IAsyncDisposable
{
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    private protected static OutboxOptions Options { get; } = new()
    {
        PollInterval = TimeSpan.FromMilliseconds(50),
        RetryDelay = TimeSpan.FromMilliseconds(50),
        PositionInterval = TimeSpan.Zero,
    };

    private static UserId Alice { get; } = new("alice");

    public abstract ValueTask DisposeAsync();

    /// <summary>Opens the store as one more process would.</summary>
    private protected abstract Task<(IEventStore Store, IOutbox Outbox)> OpenAsync();

    [Fact]
    public async Task What_is_stored_reaches_the_plane_in_its_order_and_what_is_refused_does_not()
    {
        var (store, outbox) = await OpenAsync();
        await AppendAsync(store, 1);
        var plane = new Plane();
        await using var forwarder = await StartAsync(outbox, plane);
        await AppendAsync(store, 2, 3);
        await Assert.ThrowsAsync<StreamVersionException>(async () => await store.AppendAsync(EventStreamName.User(Alice), 0, [Fact(9)], _stop));
        await AppendAsync(store, 4);

        // The first was stored before anybody forwarded from this store.
        Assert.Equal([2u, 3u, 4u], await plane.TakeAsync(3));
    }

    [Fact]
    public async Task A_process_that_dies_between_commit_and_publish_leaves_the_fact_to_the_next()
    {
        var (store, outbox) = await OpenAsync();
        var dead = new Plane { Takes = 1 };
        await using (await StartAsync(outbox, dead))
        {
            await AppendAsync(store, 1, 2, 3);
            Assert.Equal([1u], await dead.TakeAsync(1));
            await dead.HasRefusedAsync();
        }

        var (_, after) = await OpenAsync();
        var plane = new Plane();
        await using var forwarder = await StartAsync(after, plane);
        Assert.Equal([2u, 3u], await plane.TakeAsync(2));
    }

    [Fact]
    public async Task What_the_plane_took_and_lost_before_it_had_passed_it_on_is_told_again()
    {
        var (store, outbox) = await OpenAsync();
        var dead = new Plane { Loses = true };
        await using (await StartAsync(outbox, dead))
        {
            await AppendAsync(store, 1, 2);
            Assert.Equal([1u], await dead.TakeAsync(1));
        }

        var (_, after) = await OpenAsync();
        var plane = new Plane();
        await using var forwarder = await StartAsync(after, plane);
        Assert.Equal([1u, 2u], await plane.TakeAsync(2));
    }

    [Fact]
    public async Task A_plane_that_is_full_for_a_while_gets_every_fact_when_it_has_room()
    {
        var (store, outbox) = await OpenAsync();
        var plane = new Plane { Takes = 0 };
        await using var forwarder = await StartAsync(outbox, plane);
        await AppendAsync(store, 1, 2);
        await plane.HasRefusedAsync();
        plane.Takes = int.MaxValue;

        Assert.Equal([1u, 2u], await plane.TakeAsync(2));
    }

    [Fact]
    public async Task What_another_process_stored_reaches_the_plane_too()
    {
        var (_, outbox) = await OpenAsync();
        var (other, _) = await OpenAsync();
        var plane = new Plane();
        await using var forwarder = await StartAsync(outbox, plane);
        await AppendAsync(other, 1);

        Assert.Equal([1u], await plane.TakeAsync(1));
    }

    [Fact]
    public async Task What_came_over_the_plane_or_was_said_in_a_conversation_is_not_told_again()
    {
        var (store, outbox) = await OpenAsync();
        var plane = new Plane();
        await using var forwarder = await StartAsync(outbox, plane);
        EventEnvelope Stated(EventStreamName stream) =>
            new(stream, 1, new EventSource(1, 1), DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, default, new UserStorageItemSaved(Alice, 7, [1]));
        await ((IEventLog)store).RecordAsync(
            [Stated(EventStreamName.Hub(1, 1)), Stated(EventStreamName.Chat(1, 1)), Stated(EventStreamName.Process("edge", Guid.Empty))], _stop);
        await AppendAsync(store, 1);

        Assert.Equal([1u], await plane.TakeAsync(1));
    }

    [Fact]
    public void No_secret_leaves_the_store()
    {
        var secrets = typeof(IEvent).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(IEvent)))
            .SelectMany(type => type.GetConstructors().SelectMany(constructor => constructor.GetParameters()))
            .Count(field => field.GetCustomAttribute<SecretAttribute>() is not null);

        Assert.Equal(2, secrets);
        Assert.Equal("", Assert.IsType<UserAdded>(EventCatalogue.Current.WithoutSecrets(new UserAdded(Alice, "A", [], "", "hash"))).PasswordHash);
        Assert.Equal("", Assert.IsType<UserPasswordChanged>(EventCatalogue.Current.WithoutSecrets(new UserPasswordChanged(Alice, "hash"))).PasswordHash);
    }

    private protected static async Task<Forwarding> StartAsync(IOutbox outbox, IEventPublisher plane) => new(await EventForwarder.StartAsync(
        outbox, plane, _ => { }, Options, TimeProvider.System, NullLogger<EventForwarder>.Instance, TestContext.Current.CancellationToken));

    private protected async Task AppendAsync(IEventStore store, params uint[] keys) =>
        await store.AppendAsync(EventStreamName.User(Alice), ExpectedVersion.Any, [.. keys.Select(Fact)], _stop);

    private static NewEvent Fact(uint key) => new(new UserStorageItemSaved(Alice, key, [1]), DateTimeOffset.UnixEpoch);

    /// <summary>A forwarder whose end is waited for only so long.</summary>
    private protected sealed class Forwarding(EventForwarder forwarder) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() =>
            await forwarder.DisposeAsync().AsTask().ForAsync("the forwarder ends", TestContext.Current.CancellationToken);
    }

    /// <summary>An event plane that may be full, or die with what it has taken.</summary>
    private protected sealed class Plane : IEventPublisher
    {
        private readonly Channel<uint> _taken = Channel.CreateUnbounded<uint>();
        private readonly TaskCompletionSource _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _takes = int.MaxValue;

        /// <summary>How many more it takes.</summary>
        public int Takes
        {
            get => Volatile.Read(ref _takes);
            set => Volatile.Write(ref _takes, value);
        }

        /// <summary>Whether nothing that it takes ever gets anywhere.</summary>
        public bool Loses { get; init; }

        public Task HasRefusedAsync() => _refused.Task.ForAsync("the plane refuses a fact", TestContext.Current.CancellationToken);

        public bool TryPublish(IEvent fact, EventCause cause = default) => throw new NotSupportedException();

        public bool TryForward(EventEnvelope recorded)
        {
            if (Takes == 0)
            {
                _refused.TrySetResult();
                return false;
            }

            Takes--;
            return _taken.Writer.TryWrite(((UserStorageItemSaved)recorded.Payload).Key);
        }

        public async ValueTask FlushAsync(CancellationToken stop)
        {
            if (Loses)
                throw new StoreUnavailableException("The broker is gone, as the test said.");
            await Task.CompletedTask;
        }

        public async Task<List<uint>> TakeAsync(int count)
        {
            var (taken, stop) = (new List<uint>(), TestContext.Current.CancellationToken);
            while (taken.Count < count)
            {
                var what = $"the plane takes {count} facts, after {string.Join(", ", taken)}";
                taken.Add(await _taken.Reader.ReadAsync(stop).AsTask().ForAsync(what, stop));
            }

            return taken;
        }
    }
}

public sealed class SqliteOutboxTests : OutboxContract
{
    private readonly TemporaryStore _temporary = new();

    public override ValueTask DisposeAsync() => _temporary.DisposeAsync();

    private protected override Task<(IEventStore Store, IOutbox Outbox)> OpenAsync()
    {
        var store = _temporary.Open();
        return Task.FromResult<(IEventStore, IOutbox)>((store, new Services.Providers.Sqlite.SqliteOutbox(store, Options, TimeProvider.System)));
    }
}
