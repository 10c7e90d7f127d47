using System.Diagnostics;

namespace Sametime.Tests.Bench.Load;

/// <summary>Collects latencies of one run; percentiles are exact, not from buckets.</summary>
internal sealed class Latencies
{
    private readonly List<long> _ticks = new(1 << 16);

    public int Count => _ticks.Count;

    public void Add(long sinceTimestamp) => _ticks.Add(Stopwatch.GetTimestamp() - sinceTimestamp);

    public void Clear() => _ticks.Clear();

    /// <summary>The latency that <paramref name="share"/> (0..1) of all stay at or below, in microseconds.</summary>
    public double Microseconds(double share)
    {
        if (_ticks.Count == 0)
        {
            return double.NaN;
        }

        _ticks.Sort();
        var index = Math.Min(_ticks.Count - 1, (int)(share * _ticks.Count));
        return _ticks[index] * 1e6 / Stopwatch.Frequency;
    }
}
