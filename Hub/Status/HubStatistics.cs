using Sametime.Contracts.Loop;
using Sametime.Hub.Community;

namespace Sametime.Hub.Status;

/// <summary>States from time to time what the hub has counted.</summary>
internal sealed class HubStatistics
{
    private readonly ILoop _loop;
    private readonly HubStatus _status;
    private readonly HubFacts _facts;
    private readonly TimeSpan _interval;

    public HubStatistics(ILoop loop, HubStatus status, HubFacts facts, HubOptions options) =>
        (_loop, _status, _facts, _interval) = (loop, status, facts, options.StatisticsInterval);

    /// <summary>Begins, on the loop, unless there are to be none.</summary>
    public void Start()
    {
        if (_interval > TimeSpan.Zero)
            _loop.Schedule(_interval, Sample);
    }

    private void Sample()
    {
        _facts.Sampled(_status);
        _loop.Schedule(_interval, Sample);
    }
}
