using System.Globalization;

namespace Sametime.Tests.Bench.Load;

/// <summary>Prints a run as a Markdown table: for each scenario the median over the rounds, and of the ratios to the bare relay's figure of the same round.</summary>
internal static class Report
{
    public static void Print(IReadOnlyList<Measurement> rows)
    {
        Console.WriteLine("| scenario | unit | server | cost: median (rounds) | ratio to the relay | generator | units/s | p50 us | p99 us |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var scenario in rows.GroupBy(row => (row.Scenario, row.Unit)))
        {
            var baseline = scenario.Where(row => row.Subject == rows[0].Subject).ToDictionary(row => row.Round, row => row.CostPerUnit);
            foreach (var subject in scenario.GroupBy(row => row.Subject))
            {
                Console.WriteLine(string.Join(" | ",
                [
                    "| " + scenario.Key.Scenario,
                    scenario.Key.Unit,
                    subject.Key,
                    $"**{Text(Median(subject.Select(row => row.CostPerUnit)))}** ({string.Join(" / ", subject.Select(row => Text(row.CostPerUnit)))})",
                    Text(Median(subject.Select(row => row.CostPerUnit / baseline[row.Round]))) + "x",
                    Text(Median(subject.Select(row => row.GeneratorCost))),
                    Text(Median(subject.Select(row => row.UnitsPerSecond))),
                    Text(Median(subject.Select(row => row.P50))),
                    Text(Median(subject.Select(row => row.P99))) + " |",
                ]));
            }
        }
    }

    private static string Text(double value) =>
        double.IsNaN(value) ? "-" : value.ToString(value < 100 ? "0.0#" : "#,0", CultureInfo.InvariantCulture);

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
