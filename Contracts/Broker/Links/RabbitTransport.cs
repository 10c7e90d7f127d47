using RabbitMQ.Client;
using Sametime.Contracts.Loop;

namespace Sametime.Broker.Links;

/// <summary>Connections to RabbitMQ.</summary>
internal sealed class RabbitTransport(ILoop loop, BrokerOptions options) : IBrokerTransport
{
    /// <summary>No chunk of any options comes near it.</summary>
    private const uint MessageBytesMax = 16 * 1024 * 1024;

    private readonly BrokerNames _names = new(options.Prefix);

    public async Task<IBrokerChannel> OpenAsync(ushort hub, IBrokerChannelHandler handler, CancellationToken stop)
    {
        var connection = await FactoryFor(hub).CreateConnectionAsync(stop);
        try
        {
            return await RabbitChannel.OpenAsync(loop, options, _names, hub, connection, handler, stop);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private ConnectionFactory FactoryFor(ushort hub) => new()
    {
        Uri = new Uri(options.Uri),
        ClientProvidedName = $"sametime hub {hub}",
        AutomaticRecoveryEnabled = false,
        TopologyRecoveryEnabled = false,
        RequestedHeartbeat = options.Heartbeat,
        RequestedConnectionTimeout = options.ConnectTimeout,
        HandshakeContinuationTimeout = options.ConnectTimeout,
        ContinuationTimeout = options.ConnectTimeout,
        MaxInboundMessageBodySize = MessageBytesMax,
    };
}
