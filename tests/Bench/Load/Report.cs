using System.Globalization;

namespace Sametime.Tests.Bench.Load;

/// <summary>Prints a run as a Markdown table: for each scenario the median over the rounds, and its ratio to the bare relay's.</summary>
internal static class Report
{
    public static void Print(IReadOnlyList<Measurement> rows)
    {
        Console.WriteLine("| scenario | unit | server | cost (all rounds) | ratio to the relay | units/s | p50 us | p99 us |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var group in rows.GroupBy(row => (row.Scenario, row.Unit)))
        {
            var baseline = group.GroupBy(row => row.Subject).First().Select(row => row.CostPerUnit).ToArray();
            foreach (var subject in group.GroupBy(row => row.Subject))
            {
                var costs = subject.Select(row => row.CostPerUnit).ToArray();
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"| {group.Key.Scenario} | {group.Key.Unit} | {subject.Key} | **{Median(costs):0.0#}** ({string.Join(" / ", costs.Select(c => c.ToString("0.0#", CultureInfo.InvariantCulture)))}) | {Median(costs) / Median(baseline):0.0}x | {Median(subject.Select(r => r.UnitsPerSecond)):#,0} | {Median(subject.Select(r => r.P50)):#,0} | {Median(subject.Select(r => r.P99)):#,0} |"));
            }
        }
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
