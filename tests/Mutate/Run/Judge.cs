using System.Diagnostics;
using System.Globalization;
using Sametime.Tests.Mutate.Reach;
using Sametime.Tests.Mutate.Switch;

namespace Sametime.Tests.Mutate.Run;

/// <summary>Runs the tests that can notice a mistake with that mistake made, until one does.</summary>
/// <param name="run">Runs collections of one program with one mistake made.</param>
/// <param name="reached">Which tests those are.</param>
internal sealed class Judge(Func<Trial, CancellationToken, Task<Outcome>> run, Reached reached)
{
    /// <summary>The tests that a mistake is judged by.</summary>
    public IReadOnlyList<TestCollection> TestsOf(int number, Mutant mistake) =>
        mistake.How is null ? reached.AllOf(mistake.File) : reached.TestsOf(number, mistake.File);

    /// <summary>How long that takes when none of them notices.</summary>
    public TimeSpan Longest(int number, Mutant mistake) =>
        TestsOf(number, mistake).Aggregate(TimeSpan.Zero, (sum, collection) => sum + collection.Time);

    public async Task<Verdict> JudgeAsync(int number, Mutant mistake, CancellationToken stop)
    {
        var watch = Stopwatch.StartNew();
        var tests = TestsOf(number, mistake);
        var classes = tests.Sum(collection => collection.Classes.Count);
        if (tests.Count == 0)
        {
            return new(mistake, Fate.NotReached, "", 0, watch.Elapsed);
        }

        // The program whose tests begin the order is the first.
        foreach (var program in tests.GroupBy(collection => collection.Program))
        {
            var outcome = await run(new Trial(number, mistake, program.Key, [.. program]), stop);
            if (outcome.How != Ending.Passed)
            {
                var fate = outcome.How switch { Ending.Failed => Fate.Found, Ending.Crashed => Fate.FoundByCrash, _ => Fate.FoundByTime };
                return new(mistake, fate, outcome.Test, classes, watch.Elapsed);
            }
        }

        return new(mistake, Fate.Survived, "", classes, watch.Elapsed);
    }
}

/// <summary>One run of tests with one mistake made.</summary>
/// <param name="Number">Its number behind the switch.</param>
/// <param name="Mistake">The mistake; null when none is made.</param>
/// <param name="Program">The program of the tests.</param>
/// <param name="Tests">The tests, in their order.</param>
internal sealed record Trial(int Number, Mutant? Mistake, string Program, IReadOnlyList<TestCollection> Tests)
{
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Number}{Program[0]}");
}
