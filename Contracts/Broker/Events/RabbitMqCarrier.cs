using MassTransit;
using Microsoft.Extensions.Logging;
using Sametime.Contracts.Events;

namespace Sametime.Broker.Events;

/// <summary>
/// The event plane of a community of many processes: MassTransit on RabbitMQ. Batches are persistent and confirmed, a subscriber's queue
/// outlives its process, and an event that cannot be handled ends in an error queue beside it.
/// <code>
/// sametime.PREFIX.events                      fanout exchange: every batch of the community
/// sametime.PREFIX.events.SUBSCRIBER           durable queue of a subscriber
/// sametime.PREFIX.events.SUBSCRIBER_error     events that it could not handle, one a message, and why
/// </code>
/// </summary>
internal sealed class RabbitMqCarrier : MassTransitCarrier
{
    private readonly string _exchange;
    private readonly QueueDepths _depths;

    public RabbitMqCarrier(BrokerOptions broker, EventPlaneOptions options, ILoggerFactory logs)
        : base(logs, options, bus => bus.UsingRabbitMq((_, rabbit) => Configure(rabbit, broker, options)))
    {
        _exchange = ExchangeOf(broker);
        _depths = new QueueDepths(broker);
    }

    public override async Task<EventBacklog> MeasureAsync(EventInbox inbox, CancellationToken stop)
    {
        var (waiting, errors) = await _depths.OfAsync(QueueOf(inbox), stop).ConfigureAwait(false);
        return new EventBacklog(inbox.Name, waiting, errors);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync().ConfigureAwait(false);
        await _depths.DisposeAsync().ConfigureAwait(false);
    }

    protected override EventConnection CreateConnection(EventInbox inbox) => new Connection(this, inbox);

    private string QueueOf(EventInbox inbox) => $"{_exchange}.{inbox.Name}";

    private static string ExchangeOf(BrokerOptions broker) => $"sametime.{broker.Prefix}.events";

    private static void Configure(IRabbitMqBusFactoryConfigurator rabbit, BrokerOptions broker, EventPlaneOptions options)
    {
        rabbit.Host(new Uri(broker.Uri), "sametime events", host =>
        {
            host.Heartbeat(broker.Heartbeat);
            host.RequestedConnectionTimeout(broker.ConnectTimeout);
        });
        rabbit.OverrideDefaultBusEndpointQueueName($"{ExchangeOf(broker)}.bus-{Guid.NewGuid():N}");
        rabbit.Message<EventBatch>(message => message.SetEntityName(ExchangeOf(broker)));
        rabbit.SendTopology.ConfigureErrorSettings = errors => errors.SetQueueArgument("x-max-length", options.ErrorsMax);
    }

    private sealed class Connection(RabbitMqCarrier carrier, EventInbox inbox) : EventConnection(inbox)
    {
        private const int BatchesAhead = 4;

        public override async ValueTask DisposeAsync()
        {
            carrier.Forget(this);
            await base.DisposeAsync().ConfigureAwait(false);
        }

        protected override HostReceiveEndpointHandle Connect(IBusControl bus) => bus.ConnectReceiveEndpoint(carrier.QueueOf(Inbox), endpoint =>
        {
            var queue = (IRabbitMqReceiveEndpointConfigurator)endpoint;
            queue.SingleActiveConsumer = true;
            queue.QueueExpiration = carrier.Options.SubscriberLifetime;
            queue.SetQueueArgument("x-max-length", carrier.Options.SubscriberBatchesMax);
            queue.PrefetchCount = BatchesAhead;
            queue.ConcurrentMessageLimit = 1;
            queue.PublishFaults = false;
            queue.UseMessageRetry(retry =>
            {
                retry.Handle<SetAsideException>();
                retry.Interval(carrier.Options.HandlingAttempts, carrier.Options.HandlingRetryDelay);
            });
            queue.Handler<EventBatch>(context => Inbox.HandleAsync(
                context.Message, (alone, failure) => SetAsideAsync(context, alone, failure), CancellationToken.None));
        });

        // Back to the subscriber's own queue: what throws there once more goes to the error queue, with all MassTransit knows about it, and
        // whoever moves it back from there has it tried again.
        private async Task SetAsideAsync(ConsumeContext context, EventBatch alone, Exception failure)
        {
            using var timeout = new CancellationTokenSource(carrier.Options.PublishTimeout);
            try
            {
                var queue = await context.GetSendEndpoint(context.ReceiveContext.InputAddress).ConfigureAwait(false);
                await queue.Send(alone, timeout.Token).ConfigureAwait(false);
            }
            catch (Exception notSent)
            {
                throw new SetAsideException(new AggregateException(failure, notSent));
            }
        }
    }

    /// <summary>The broker did not take an event that was to be set aside. The batch is not handled then, and is tried again.</summary>
    private sealed class SetAsideException(Exception inner) : Exception("An event could not be set aside.", inner);
}
