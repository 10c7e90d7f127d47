using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sametime.Contracts.Events;

namespace Sametime.Broker.Events;

/// <summary>
/// Carries batches as messages of MassTransit. Making the bus compiles a good deal, so it is made beside the start of the
/// process; whoever publishes or subscribes before it is there waits behind the bounded queue of the plane, not in front of it.
/// </summary>
internal abstract class MassTransitCarrier : IEventCarrier
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _connecting = new();
    private readonly Task<ServiceProvider> _container;
    private volatile EventConnection[] _connections = [];

    protected MassTransitCarrier(ILoggerFactory logs, EventPlaneOptions options, Action<IBusRegistrationConfigurator> transport)
    {
        Options = options;
        _container = Task.Run(() => EventBus.Create(logs, transport));
        Started = StartAsync();
    }

    protected EventPlaneOptions Options { get; }

    /// <summary>Ends when the bus runs; over a broker that is when it is there.</summary>
    protected Task Started { get; }

    /// <summary>The connections of this process's subscribers.</summary>
    protected IReadOnlyList<EventConnection> Connections => _connections;

    public virtual async Task CarryAsync(EventBatch batch, CancellationToken stop)
    {
        // What is stated before a subscriber of this process has its queue would pass it by.
        await Task.WhenAll(_connections.Select(connection => connection.Settled)).WaitAsync(stop).ConfigureAwait(false);
        var bus = await BusAsync(stop).ConfigureAwait(false);
        await bus.Publish(batch, context => context.MessageId = MessageIdOf(batch), stop).ConfigureAwait(false);
    }

    public IAsyncDisposable Connect(EventInbox inbox)
    {
        var connection = CreateConnection(inbox);
        lock (_connecting)
            _connections = [.. _connections, connection];
        connection.Open(BusAsync(_stopping.Token), Options.PublishTimeout);
        return connection;
    }

    public abstract Task<EventBacklog> MeasureAsync(EventInbox inbox, CancellationToken stop);

    public virtual async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Started.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var container = await _container.ConfigureAwait(false);
        using var timeout = new CancellationTokenSource(Options.StopTimeout);
        var stopped = container.GetRequiredService<IBusControl>().StopAsync(timeout.Token);
        await stopped.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await container.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    protected abstract EventConnection CreateConnection(EventInbox inbox);

    protected void Forget(EventConnection connection)
    {
        lock (_connecting)
            _connections = [.. _connections.Where(other => other != connection)];
    }

    /// <summary>The same at each attempt, so that whoever looks at the broker sees one message sent twice and not two.</summary>
    internal static Guid MessageIdOf(EventBatch batch)
    {
        Span<byte> id = stackalloc byte[16];
        batch.Publisher.TryWriteBytes(id);
        for (var i = 0; i < sizeof(long); i++)
            id[i] ^= (byte)(batch.Number >> (8 * i));
        return new Guid(id);
    }

    private async Task<IBusControl> BusAsync(CancellationToken stop) =>
        (await _container.WaitAsync(stop).ConfigureAwait(false)).GetRequiredService<IBusControl>();

    private async Task StartAsync()
    {
        var bus = await BusAsync(_stopping.Token).ConfigureAwait(false);
        await bus.StartAsync(_stopping.Token).ConfigureAwait(false);
    }
}
