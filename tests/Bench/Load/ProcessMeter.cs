using System.Globalization;

namespace Sametime.Tests.Bench.Load;

/// <summary>Reads what a process has used from /proc: CPU time in ticks of 10 ms, and resident memory.</summary>
internal static class ProcessMeter
{
    private const double TicksPerSecond = 100;

    /// <summary>User and system time of the processes so far, in seconds.</summary>
    public static double CpuSeconds(IEnumerable<int> processes) => processes.Sum(CpuSeconds);

    /// <summary>Resident memory of the processes now, in bytes.</summary>
    public static long ResidentBytes(IEnumerable<int> processes) => processes.Sum(ResidentBytes);

    private static double CpuSeconds(int process)
    {
        // The name in parentheses may hold spaces; the fields after it do not.
        var stat = File.ReadAllText($"/proc/{process}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (Parse(fields[11]) + Parse(fields[12])) / TicksPerSecond;
    }

    private static long ResidentBytes(int process)
    {
        foreach (var line in File.ReadLines($"/proc/{process}/smaps_rollup"))
        {
            if (line.StartsWith("Rss:", StringComparison.Ordinal))
            {
                return Parse(line["Rss:".Length..].Replace("kB", "", StringComparison.Ordinal).Trim()) * 1024;
            }
        }

        throw new InvalidOperationException($"process {process} tells no resident memory");
    }

    private static long Parse(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
