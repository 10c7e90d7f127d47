using MassTransit;
using Microsoft.Extensions.Logging;
using Sametime.Contracts.Events;

namespace Sametime.Broker.Events;

/// <summary>
/// The event plane of one process: MassTransit's transport in memory. It has no bound, so each subscriber has a bounded queue behind it and
/// a batch is carried when it lies there.
/// </summary>
internal sealed class InMemoryCarrier(EventPlaneOptions options, ILoggerFactory logs)
    : MassTransitCarrier(logs, options, bus => bus.UsingInMemory((_, _) => { }))
{
    public override async Task CarryAsync(EventBatch batch, CancellationToken stop)
    {
        await Started.WaitAsync(stop).ConfigureAwait(false);
        await Task.WhenAll(Connections.Select(connection => connection.Settled)).WaitAsync(stop).ConfigureAwait(false);
        var arrivals = Connections.Cast<Connection>().Select(connection => connection.ArrivalOf(batch)).ToList();
        await base.CarryAsync(batch, stop).ConfigureAwait(false);
        await Task.WhenAll(arrivals).WaitAsync(stop).ConfigureAwait(false);
    }

    public override Task<EventBacklog> MeasureAsync(EventInbox inbox, CancellationToken stop)
    {
        var waiting = Connections.Cast<Connection>().FirstOrDefault(connection => connection.Inbox == inbox)?.Waiting;
        return Task.FromResult(new EventBacklog(inbox.Name, waiting, inbox.Failed));
    }

    protected override EventConnection CreateConnection(EventInbox inbox) => new Connection(this, inbox);

    private sealed class Connection(InMemoryCarrier carrier, EventInbox inbox) : EventConnection(inbox)
    {
        private readonly EventInboxQueue _queue = new(inbox, carrier.Options, TimeProvider.System);
        private volatile TaskCompletionSource? _arrival;
        private long _expected;

        public int Waiting => _queue.Waiting;

        /// <summary>Ends when the batch, which is about to be published, lies in the subscriber's queue. One batch is carried at a time.</summary>
        public Task ArrivalOf(EventBatch batch)
        {
            var arrival = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            (_expected, _arrival) = (batch.Number, arrival);
            return arrival.Task;
        }

        public override async ValueTask DisposeAsync()
        {
            carrier.Forget(this);
            await base.DisposeAsync().ConfigureAwait(false);
            _arrival?.TrySetResult();
            await _queue.DisposeAsync().ConfigureAwait(false);
        }

        protected override HostReceiveEndpointHandle Connect(IBusControl bus) => bus.ConnectReceiveEndpoint($"events.{Inbox.Name}", endpoint =>
        {
            endpoint.ConcurrentMessageLimit = 1;
            endpoint.PublishFaults = false;
            endpoint.Handler<EventBatch>(context =>
            {
                _queue.Offer(context.Message);
                if (context.Message.Number == _expected)
                    _arrival?.TrySetResult();
                return Task.CompletedTask;
            });
        });
    }
}
