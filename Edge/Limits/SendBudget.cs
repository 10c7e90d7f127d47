using Sametime.Edge.Clients;

namespace Sametime.Edge.Limits;

/// <summary>
/// Keeps what waits for all clients together under one bound. Queues shrink without telling, so the total is counted by the sweep,
/// and in between only when what was sent since could have gone beyond the bound.
/// </summary>
internal sealed class SendBudget(LimitsOptions limits)
{
    private long _sentSince;

    /// <summary>Bytes that waited at the last count.</summary>
    public long Queued { get; private set; }

    /// <summary>True when a count must not wait for the sweep.</summary>
    public bool OnSent(int bytes)
    {
        _sentSince += bytes;
        return Queued + _sentSince > limits.SendQueuesBytesMax;
    }

    /// <summary>Counts, and resets the longest queues first until the rest fits.</summary>
    public void Enforce(IReadOnlyList<ClientConnection> clients)
    {
        Queued = Count(clients);
        _sentSince = 0;
        if (Queued <= limits.SendQueuesBytesMax)
        {
            return;
        }

        foreach (var client in clients.Where(static c => c.QueuedBytes > 0).OrderByDescending(static c => c.QueuedBytes).ToArray())
        {
            Queued -= client.QueuedBytes;
            client.AbortSlowReader();
            if (Queued <= limits.SendQueuesBytesMax)
            {
                return;
            }
        }
    }

    private static long Count(IReadOnlyList<ClientConnection> clients)
    {
        var total = 0L;
        for (var i = 0; i < clients.Count; i++)
        {
            total += clients[i].QueuedBytes;
        }

        return total;
    }
}
