using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace Sametime.Tests.Unit.Events;

/// <summary>A set clock that notes how long it is asked to wait: so waits are compared exactly, however busy the machine is.</summary>
internal sealed class NotedWaits() : FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero))
{
    private readonly ConcurrentQueue<TimeSpan> _waits = new();

    public IReadOnlyCollection<TimeSpan> Waits => _waits;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _waits.Enqueue(dueTime);
        return base.CreateTimer(callback, state, dueTime, period);
    }
}
