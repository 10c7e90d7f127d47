using Sametime.Contracts.Loop;
using Sametime.Edge.Clients;
using Sametime.Edge.Limits;

namespace Sametime.Edge.Links;

/// <summary>
/// Back-pressure from the hub to clients: while too much waits on the uplink, a client that sends is no longer read, so that TCP
/// slows it down. All are read again when the queue has shrunk. Who is silent is not touched.
/// </summary>
internal sealed class UplinkPressure(ILoop loop, LimitsOptions limits, EdgeCounters counters, Func<int> queuedBytes)
{
    private readonly List<ClientConnection> _paused = [];
    private bool _isWatching;

    public bool IsHigh => queuedBytes() > limits.UplinkQueueBytesHigh;

    /// <summary>The client has stopped reading; it will be told to go on.</summary>
    public void Hold(ClientConnection client)
    {
        counters.PausedReads++;
        _paused.Add(client);
        if (!_isWatching)
        {
            _isWatching = true;
            _ = loop.Schedule(limits.UplinkQueueInterval, Look);
        }
    }

    private void Look()
    {
        _isWatching = queuedBytes() > limits.UplinkQueueBytesLow;
        if (_isWatching)
        {
            _ = loop.Schedule(limits.UplinkQueueInterval, Look);
            return;
        }

        ClientConnection[] paused = [.. _paused];
        _paused.Clear();
        foreach (var client in paused)
        {
            client.ResumeReading();
        }
    }
}
