namespace Sametime.Tests.Bench.Load;

/// <summary>One row of a run: what was done to whom, and what it cost.</summary>
/// <param name="Round">In which round; only figures of one round are compared with each other.</param>
/// <param name="Scenario">What was done.</param>
/// <param name="Subject">To which server.</param>
/// <param name="Unit">What <paramref name="CostPerUnit"/> counts, e.g. "CPU us per message".</param>
/// <param name="CostPerUnit">Server cost of one unit.</param>
/// <param name="GeneratorCost">CPU the generator spent on one unit, in the same unit; NaN where it says nothing.</param>
/// <param name="UnitsPerSecond">Units done a second; NaN where it says nothing.</param>
/// <param name="P50">Median latency in microseconds; NaN where none was taken.</param>
/// <param name="P99">99th percentile latency in microseconds; NaN where none was taken.</param>
internal sealed record Measurement(
    int Round,
    string Scenario,
    string Subject,
    string Unit,
    double CostPerUnit,
    double GeneratorCost,
    double UnitsPerSecond,
    double P50,
    double P99);
