namespace Sametime.Broker;

/// <summary>Where the message broker is that joins the hubs of a community, and how a lost connection to it is made again.</summary>
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
}
