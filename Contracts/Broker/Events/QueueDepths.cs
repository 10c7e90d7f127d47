using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Sametime.Broker.Events;

/// <summary>Asks the broker how long queues are, over a connection of its own that is made when first asked for.</summary>
internal sealed class QueueDepths(BrokerOptions broker) : IAsyncDisposable
{
    private readonly SemaphoreSlim _connecting = new(1);
    private IConnection? _connection;

    /// <summary>Messages in a subscriber's queue and in its error queue; null for what the broker cannot tell now.</summary>
    public async Task<(long? Waiting, long? Errors)> OfAsync(string queue, CancellationToken stop)
    {
        try
        {
            var connection = await ConnectAsync(stop).ConfigureAwait(false);
            var waiting = await CountAsync(connection, queue, stop).ConfigureAwait(false);
            return (waiting, await CountAsync(connection, queue + "_error", stop).ConfigureAwait(false));
        }
        catch (Exception away) when (away is BrokerUnreachableException or AlreadyClosedException or OperationInterruptedException or OperationCanceledException or IOException)
        {
            return (null, null);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is { } connection)
            await connection.DisposeAsync().ConfigureAwait(false);
        _connecting.Dispose();
    }

    // A queue that nothing has needed yet does not exist, and holds nothing. Asking for it costs the channel.
    private static async Task<long> CountAsync(IConnection connection, string queue, CancellationToken stop)
    {
        var channel = await connection.CreateChannelAsync(cancellationToken: stop).ConfigureAwait(false);
        await using (channel.ConfigureAwait(false))
        {
            try
            {
                return (await channel.QueueDeclarePassiveAsync(queue, stop).ConfigureAwait(false)).MessageCount;
            }
            catch (OperationInterruptedException missing) when (missing.ShutdownReason?.ReplyCode == Constants.NotFound)
            {
                return 0;
            }
        }
    }

    private async Task<IConnection> ConnectAsync(CancellationToken stop)
    {
        await _connecting.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            if (_connection is { IsOpen: true } open)
                return open;
            if (_connection is { } lost)
                await lost.DisposeAsync().ConfigureAwait(false);

            var factory = new ConnectionFactory
            {
                Uri = new Uri(broker.Uri),
                RequestedConnectionTimeout = broker.ConnectTimeout,
                RequestedHeartbeat = broker.Heartbeat,
                AutomaticRecoveryEnabled = false, // a lost connection is made anew by whoever asks next
            };
            return _connection = await factory.CreateConnectionAsync("sametime status", stop).ConfigureAwait(false);
        }
        finally
        {
            _connecting.Release();
        }
    }
}
