using Sametime.Contracts.Events;

namespace Sametime.Tests.Kit.Events;

/// <summary>Hands batches straight to the subscribers of this process, for tests of what is stated rather than of how it travels.</summary>
public sealed class DirectCarrier(EventPlaneOptions options) : IEventCarrier
{
    private volatile Connection[] _connections = [];

    public Task CarryAsync(EventBatch batch, CancellationToken stop)
    {
        foreach (var connection in _connections)
            connection.Queue.Offer(batch);
        return Task.CompletedTask;
    }

    public IAsyncDisposable Connect(EventInbox inbox)
    {
        var connection = new Connection(this, inbox, new EventInboxQueue(inbox, options, TimeProvider.System));
        _connections = [.. _connections, connection];
        return connection;
    }

    public Task<EventBacklog> MeasureAsync(EventInbox inbox, CancellationToken stop) =>
        Task.FromResult(new EventBacklog(inbox.Name, _connections.Single(connection => connection.Inbox == inbox).Queue.Waiting, inbox.Failed));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed record Connection(DirectCarrier Carrier, EventInbox Inbox, EventInboxQueue Queue) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            Carrier._connections = [.. Carrier._connections.Where(other => other != this)];
            return Queue.DisposeAsync();
        }
    }
}
