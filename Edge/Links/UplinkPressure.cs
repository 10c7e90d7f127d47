using Sametime.Contracts.Loop;
using Sametime.Edge.Limits;

namespace Sametime.Edge.Links;

/// <summary>
/// Back-pressure from the hub to clients: while too much waits on the uplink, a client that sends is no longer read, so that TCP
/// slows it down, and neither is a chained Edge, which then does the same to its own. All are read again when the queue has shrunk.
/// Who is silent is not touched.
/// </summary>
internal sealed class UplinkPressure(ILoop loop, LimitsOptions limits, EdgeCounters counters, Func<int> queuedBytes)
{
    private readonly List<IPausable> _paused = [];
    private bool _isWatching;

    public bool IsHigh => queuedBytes() > limits.UplinkQueueBytesHigh;

    /// <summary>It has stopped reading and will be told to go on.</summary>
    public void Hold(IPausable paused)
    {
        counters.PausedReads++;
        _paused.Add(paused);
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

        IPausable[] paused = [.. _paused];
        _paused.Clear();
        foreach (var one in paused)
        {
            one.ResumeReading();
        }
    }
}
