using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;

namespace Sametime.Hub.Channels;

/// <summary>
/// Channels that wait to be accepted, oldest first. All wait equally long, so one timer for the oldest is enough.
/// </summary>
internal sealed class UnacceptedChannels(ILoop loop, HubLimits limits)
{
    private readonly LinkedList<Channel> _waiting = [];
    private IDisposable? _timer;

    /// <summary>What to do with a channel that nobody accepted in time.</summary>
    public Action<Channel, Reason> Expire { get; set; } = static (_, _) => { };

    public int Count => _waiting.Count;

    public void Add(Channel channel)
    {
        channel.Waiting = _waiting.AddLast(channel);
        channel.Creator.UnacceptedChannels++;
        _timer ??= loop.Schedule(limits.AcceptWithin, ExpireOldest);
    }

    public void Remove(Channel channel)
    {
        if (channel.Waiting is null)
            return;

        _waiting.Remove(channel.Waiting);
        channel.Waiting = null;
        channel.Creator.UnacceptedChannels--;
        if (_waiting.Count > 0)
            return;
        _timer?.Dispose();
        _timer = null;
    }

    private void ExpireOldest()
    {
        _timer = null;
        while (_waiting.First?.Value is { } oldest)
        {
            var left = limits.AcceptWithin - loop.Time.GetElapsedTime(oldest.OfferedAt);
            if (left > TimeSpan.Zero)
            {
                _timer ??= loop.Schedule(left, ExpireOldest);
                return;
            }
            Remove(oldest);
            Expire(oldest, Reason.Aborted);
        }
    }
}
