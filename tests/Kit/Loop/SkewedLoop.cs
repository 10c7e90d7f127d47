using Sametime.Contracts.Loop;

namespace Sametime.Tests.Kit.Loop;

/// <summary>A loop whose wall clock is wrong, while its monotonic time runs as any other's.</summary>
public sealed class SkewedLoop(ILoop inner, TimeSpan skew) : ILoop
{
    public TimeProvider Time { get; } = new SkewedTime(inner.Time, skew);

    public bool IsCurrent => inner.IsCurrent;

    public void Post(Action work) => inner.Post(work);

    public void Defer(ITurnEnd work) => inner.Defer(work);

    public IDisposable Schedule(TimeSpan delay, Action work) => inner.Schedule(delay, work);

    private sealed class SkewedTime(TimeProvider inner, TimeSpan skew) : TimeProvider
    {
        public override long TimestampFrequency => inner.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + skew;

        public override long GetTimestamp() => inner.GetTimestamp();
    }
}
