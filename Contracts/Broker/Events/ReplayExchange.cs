using System.Globalization;
using System.Security.Cryptography;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Sametime.Broker.Events;

/// <summary>
/// A fresh exchange for the events of one replay, apart from that of the event plane, so that no live subscriber ever hears what is long past.
/// Whoever wants the events takes them from the queue, which is there before the first event, or binds queues of his own to the exchange.
/// <code>
/// sametime.PREFIX.replay.NAME     fanout exchange, durable, deleted with its last queue
/// sametime.PREFIX.replay.NAME     durable queue on it, bounded, deleted after a while without use
/// message: persistent, application/json, one event; message-id = event id, type = event name, timestamp = when it happened, header position
/// </code>
/// One JSON object a message is what a consumer in any language takes without knowing us; batches would be cheaper and need our types.
/// </summary>
public sealed class ReplayExchange : IAsyncDisposable
{
    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly ReplayExchangeOptions _options;
    private readonly Queue<(Task Confirm, long Position)> _unconfirmed = new();

    private ReplayExchange(IConnection connection, IChannel channel, ReplayExchangeOptions options, string name) =>
        (_connection, _channel, _options, Name) = (connection, channel, options, name);

    /// <summary>What the exchange and its queue are called.</summary>
    public string Name { get; }

    /// <summary>The position up to which every event is confirmed; 0 at first.</summary>
    public long Confirmed { get; private set; }

    /// <summary>A name that no replay has had.</summary>
    public static string NewName(BrokerOptions broker, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(broker);
        ArgumentNullException.ThrowIfNull(time);
        var now = time.GetUtcNow().ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture);
        return $"sametime.{broker.Prefix}.replay.{now}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
    }

    /// <summary>Makes the exchange and its queue, or finds those of a replay that goes on.</summary>
    /// <param name="broker">Where the broker is.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="name">See <see cref="NewName"/>.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="ReplayExchangeException">The broker is not there or does not allow it.</exception>
    public static async Task<ReplayExchange> OpenAsync(BrokerOptions broker, ReplayExchangeOptions options, string name, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(broker);
        ArgumentNullException.ThrowIfNull(options);
        IConnection? connection = null;
        try
        {
            var factory = new ConnectionFactory
            {
                Uri = new Uri(broker.Uri),
                ClientProvidedName = "sametime replay",
                RequestedConnectionTimeout = broker.ConnectTimeout,
                RequestedHeartbeat = broker.Heartbeat,
                AutomaticRecoveryEnabled = false, // whoever replays goes on at his bookmark
            };
            connection = await factory.CreateConnectionAsync(stop).ConfigureAwait(false);

            // A limiter of the client's own would slow down long before the window is full.
            var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true, null), stop).ConfigureAwait(false);
            await channel.ExchangeDeclareAsync(name, ExchangeType.Fanout, durable: true, autoDelete: true, cancellationToken: stop).ConfigureAwait(false);
            await channel.QueueDeclareAsync(name, durable: true, exclusive: false, autoDelete: false, cancellationToken: stop, arguments: new Dictionary<string, object?>
            {
                ["x-max-length"] = options.QueueEventsMax,
                ["x-overflow"] = "reject-publish",
                ["x-expires"] = (long)options.Lifetime.TotalMilliseconds,
            }).ConfigureAwait(false);
            await channel.QueueBindAsync(name, name, "", cancellationToken: stop).ConfigureAwait(false);
            return new ReplayExchange(connection, channel, options, name);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            if (connection is not null)
                await connection.DisposeAsync().ConfigureAwait(false);
            throw new ReplayExchangeException($"the broker does not take a replay: {failure.GetBaseException().Message}", failure);
        }
    }

    /// <summary>Publishes an event; waits for room among those that are not confirmed.</summary>
    /// <exception cref="ReplayExchangeException">The broker refused one, or is gone.</exception>
    public async ValueTask PublishAsync(ReplayedMessage message)
    {
        while (_unconfirmed.Count >= _options.InFlightMax)
            await ConfirmOldestAsync().ConfigureAwait(false);
        var properties = new BasicProperties
        {
            ContentType = "application/json",
            DeliveryMode = DeliveryModes.Persistent,
            MessageId = message.Id,
            Type = message.Name,
            Timestamp = new AmqpTimestamp(message.Occurred.ToUnixTimeSeconds()),
            AppId = "sametime replay",
            Headers = new Dictionary<string, object?> { ["position"] = message.Position },
        };

        // Mandatory: with nobody to keep it, an event would be gone without a word.
        _unconfirmed.Enqueue((_channel.BasicPublishAsync(Name, "", mandatory: true, properties, message.Json).AsTask(), message.Position));
    }

    /// <summary>Ends when everything published is confirmed: it lies in the queue, on disk.</summary>
    /// <exception cref="ReplayExchangeException">The broker refused one, or is gone.</exception>
    public async ValueTask FlushAsync()
    {
        while (_unconfirmed.Count > 0)
            await ConfirmOldestAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (left, _) in _unconfirmed)
            await left.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _channel.DisposeAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask ConfirmOldestAsync()
    {
        try
        {
            await _unconfirmed.Peek().Confirm.WaitAsync(_options.ConfirmTimeout).ConfigureAwait(false);
            Confirmed = _unconfirmed.Dequeue().Position;
        }
        catch (PublishException refused) when (!refused.IsReturn)
        {
            throw new ReplayExchangeException($"the queue {Name} holds {_options.QueueEventsMax} events and takes no more until some are consumed", refused);
        }
        catch (Exception failure)
        {
            throw new ReplayExchangeException($"the broker does not confirm the events any more: {failure.GetBaseException().Message}", failure);
        }
    }
}

/// <summary>A replay onto the broker cannot go on. Its message is one sentence.</summary>
public sealed class ReplayExchangeException(string message, Exception inner) : Exception(message, inner);
