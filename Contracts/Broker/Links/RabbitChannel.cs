using System.Security.Cryptography;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Sametime.Contracts.Loop;

namespace Sametime.Broker.Links;

/// <summary>
/// A connection to RabbitMQ with a queue of its own: one channel to publish on with confirms, one to consume. The client's
/// threads leave what they bring in an <see cref="Inbox"/>, which the loop empties.
/// </summary>
internal sealed class RabbitChannel : IBrokerChannel, IAsyncBasicConsumer
{
    /// <summary>After how much of the prefetched messages the broker is told that they were handled.</summary>
    private const int AcknowledgedPart = 4;

    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);

    // Nothing outlives the broker's memory. The empty table keeps the client from making one for each message.
    private static readonly BasicProperties Transient = new() { Headers = new Dictionary<string, object?>() };

    private readonly IConnection _connection;
    private readonly IChannel _publish;
    private readonly IChannel _consume;
    private readonly IBrokerChannelHandler _handler;
    private readonly Inbox _inbox;
    private readonly int _acknowledgeAfter;
    private int _unacknowledged;

    private RabbitChannel(
        ILoop loop, BrokerOptions options, ulong queue, IConnection connection, IChannel publish, IChannel consume, IBrokerChannelHandler handler)
    {
        Queue = queue;
        _connection = connection;
        _publish = publish;
        _consume = consume;
        _handler = handler;
        _inbox = new Inbox(loop, handler, OnHandled, () => _ = AbortAsync());
        _acknowledgeAfter = Math.Max(1, options.PrefetchMessages / AcknowledgedPart);
        Listen();
    }

    public ulong Queue { get; }

    public IChannel Channel => _consume;

    /// <summary>Takes over a connection and makes the queue on it.</summary>
    public static async Task<RabbitChannel> OpenAsync(
        ILoop loop, BrokerOptions options, BrokerNames names, ushort hub, IConnection connection, IBrokerChannelHandler handler, CancellationToken stop)
    {
        var publish = await connection.CreateChannelAsync(new CreateChannelOptions(true, false, null), stop);
        var consume = await connection.CreateChannelAsync(cancellationToken: stop);
        var address = new BrokerAddress(hub, BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))));
        var channel = new RabbitChannel(loop, options, address.Queue, connection, publish, consume, handler);
        var queue = names.QueueOf(address);
        await consume.ExchangeDeclareAsync(names.Hubs, ExchangeType.Fanout, durable: false, autoDelete: true, cancellationToken: stop);
        await consume.QueueDeclareAsync(queue, durable: false, exclusive: true, autoDelete: true, cancellationToken: stop);
        await consume.QueueBindAsync(queue, names.Hubs, "", cancellationToken: stop);
        await consume.BasicQosAsync(0, options.PrefetchMessages, global: false, stop);
        await consume.BasicConsumeAsync(queue, autoAck: false, consumerTag: "", noLocal: false, exclusive: true, arguments: null, channel, stop);
        return channel;
    }

    public void Start()
    {
        _handler.OnConnected(this);
        _inbox.Open();
    }

    public async Task CloseAsync()
    {
        try
        {
            await _connection.CloseAsync(CloseTimeout);
        }
        catch (Exception)
        {
            // It was over already, which is what was asked for.
        }
        await AbortAsync();
    }

    public ValueTask PublishAsync(CachedString exchange, CachedString key, ReadOnlyMemory<byte> message, bool mandatory)
    {
        var published = _publish.BasicPublishAsync(exchange, key, mandatory, Transient, message, CancellationToken.None);
        return published.IsCompletedSuccessfully ? ValueTask.CompletedTask : PublishRestAsync(published);
    }

    // ---- from here on: on threads of the client

    public Task HandleBasicDeliverAsync(
        string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey, IReadOnlyBasicProperties properties,
        ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        _inbox.AddMessage(body.Span, deliveryTag);
        return Task.CompletedTask;
    }

    public Task HandleBasicCancelAsync(string consumerTag, CancellationToken cancellationToken = default) => Lost("the queue was deleted");

    public Task HandleBasicCancelOkAsync(string consumerTag, CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task HandleBasicConsumeOkAsync(string consumerTag, CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task HandleChannelShutdownAsync(object channel, ShutdownEventArgs reason) => Lost(reason.ReplyText);

    private void Listen()
    {
        _connection.ConnectionShutdownAsync += (_, reason) => Lost(reason.ReplyText);
        _connection.ConnectionBlockedAsync += (_, _) => Blocked(true);
        _connection.ConnectionUnblockedAsync += (_, _) => Blocked(false);
        _publish.ChannelShutdownAsync += (_, reason) => Lost(reason.ReplyText);
        _publish.BasicAcksAsync += (_, ack) => Confirmed(ack.DeliveryTag, ack.Multiple, isTaken: true);
        _publish.BasicNacksAsync += (_, nack) => Confirmed(nack.DeliveryTag, nack.Multiple, isTaken: false);
        _publish.BasicReturnAsync += OnReturnedAsync;
    }

    private Task OnReturnedAsync(object sender, BasicReturnEventArgs returned)
    {
        _inbox.AddReturn(returned.RoutingKey);
        return Task.CompletedTask;
    }

    private Task Confirmed(ulong number, bool multiple, bool isTaken)
    {
        _inbox.AddConfirmation(number, multiple, isTaken);
        return Task.CompletedTask;
    }

    private Task Blocked(bool isBlocked)
    {
        _inbox.AddBlocked(isBlocked);
        return Task.CompletedTask;
    }

    private Task Lost(string why)
    {
        _inbox.AddLost(why);
        return Task.CompletedTask;
    }

    // ---- on the loop again

    private async ValueTask PublishRestAsync(ValueTask published)
    {
        try
        {
            await published;
        }
        catch (Exception error)
        {
            _inbox.AddLost(error.Message);
        }
    }

    private void OnHandled(ulong deliveryTag)
    {
        if (++_unacknowledged < _acknowledgeAfter)
            return;
        _unacknowledged = 0;
        _ = AcknowledgeAsync(deliveryTag);
    }

    private async Task AcknowledgeAsync(ulong deliveryTag)
    {
        try
        {
            await _consume.BasicAckAsync(deliveryTag, multiple: true);
        }
        catch (Exception error)
        {
            _inbox.AddLost(error.Message);
        }
    }

    private async Task AbortAsync()
    {
        try
        {
            await _connection.DisposeAsync();
        }
        catch (Exception)
        {
            // Of a connection that is over nothing is wanted any more, not even why it was hard to put away.
        }
    }
}
