using RabbitMQ.Client;

namespace Sametime.Broker.Links;

/// <summary>How a connection to the broker is made. Loop thread only.</summary>
internal interface IBrokerTransport
{
    /// <summary>Connects and makes a queue for the hub. When it fails, nothing is left of the attempt.</summary>
    Task<IBrokerChannel> OpenAsync(ushort hub, IBrokerChannelHandler handler, CancellationToken stop);
}

/// <summary>One life of a connection to the broker, with the queue that lives as long. Loop thread only.</summary>
internal interface IBrokerChannel
{
    /// <summary>Number of the queue that was made for this connection.</summary>
    ulong Queue { get; }

    /// <summary>
    /// Publishes a message. The first one is number 1 to <see cref="IBrokerChannelHandler.OnConfirmed"/>, the next one 2. The
    /// next may be published, and <paramref name="message"/> be used again, when the task has ended. Never throws: what fails
    /// is heard of as <see cref="IBrokerChannelHandler.OnLost"/>.
    /// </summary>
    /// <param name="exchange">The exchange, empty for the default one that leads to the queue named by <paramref name="key"/>.</param>
    /// <param name="key">Name of the queue; empty for a fanout exchange.</param>
    /// <param name="message">The whole message.</param>
    /// <param name="mandatory">Come back with <see cref="IBrokerChannelHandler.OnReturned"/> when there is no such queue.</param>
    ValueTask PublishAsync(CachedString exchange, CachedString key, ReadOnlyMemory<byte> message, bool mandatory);

    /// <summary>Tells the handler that there is a connection, then what it has brought so far and what it brings.</summary>
    void Start();

    /// <summary>Closes the connection; what was published leaves before.</summary>
    Task CloseAsync();
}

/// <summary>Who hears what a connection to the broker brings. On the loop.</summary>
internal interface IBrokerChannelHandler
{
    /// <summary>There is a connection; nothing has come of it yet.</summary>
    void OnConnected(IBrokerChannel channel);

    /// <summary>A message came to our queue; borrowed for the call.</summary>
    void OnMessage(ReadOnlySpan<byte> message);

    /// <summary>A message came back because there is no queue of this name. Its confirmation comes besides.</summary>
    void OnReturned(string queue);

    /// <summary>The broker has taken a message, or all up to it; or has not.</summary>
    void OnConfirmed(ulong number, bool multiple, bool isTaken);

    /// <summary>The broker takes nothing more for now because it is short of memory or disk, or takes messages again.</summary>
    void OnBlocked(bool isBlocked);

    /// <summary>The connection is over, with its queue. Exactly once for each that was connected.</summary>
    void OnLost(string why);
}
