namespace Sametime.Broker;

/// <summary>Where the message broker is that joins the hubs of a community, and how much goes over it at a time.</summary>
public sealed class BrokerOptions
{
    /// <summary>Address of a RabbitMQ: amqp://user:password@host:port/vhost, or amqps with TLS. Empty: no broker, one hub.</summary>
    public string Uri { get; set; } = "";

    /// <summary>Every name on the broker begins with sametime and this, so that communities can share one.</summary>
    public string Prefix { get; set; } = "community";

    /// <summary>Time for the connection to the broker to be made.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Interval of the heartbeats between this process and the broker; the connection is lost when two stay away.</summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Wait before the first new attempt after the connection was lost; it doubles with each that fails.</summary>
    public TimeSpan RetryDelayMin { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait between two attempts.</summary>
    public TimeSpan RetryDelayMax { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Part of each wait, up or down, that chance decides, so that all hubs do not come back at once.</summary>
    public double RetrySpread { get; set; } = 0.2;

    /// <summary>Most bytes of link frames in one message of the broker.</summary>
    public int ChunkBytesMax { get; set; } = 64 * 1024;

    /// <summary>
    /// Messages of a link that the broker may leave unconfirmed; what is sent meanwhile is gathered for the next one. Fewer
    /// make larger messages and less work under load, more make less wait.
    /// </summary>
    public int ChunksInFlightMax { get; set; } = 2;

    /// <summary>Bytes that the other end of a link may send ahead of what this end has read.</summary>
    public int WindowBytes { get; set; } = 1024 * 1024;

    /// <summary>Bytes of a link to another hub that wait for the broker or the hub. Over it: the link ends with NotEnoughResources.</summary>
    public int QueueBytesMax { get; set; } = 64 * 1024 * 1024;

    /// <summary>Messages that the broker hands over ahead of those that were handled.</summary>
    public ushort PrefetchMessages { get; set; } = 256;

    /// <summary>How often a hub tells the others that it is there.</summary>
    public TimeSpan BeaconInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Silence of a hub without a link after which it is forgotten.</summary>
    public TimeSpan HubLifetime { get; set; } = TimeSpan.FromSeconds(10);
}
