using System.Globalization;
using System.Xml.Linq;
using Sametime.Tests.Mutate.Copy;
using Sametime.Tests.Mutate.Reach;

namespace Sametime.Tests.Mutate.Run;

/// <summary>The tests in the copy.</summary>
/// <param name="copy">The copy.</param>
/// <param name="arguments">What was asked for.</param>
internal sealed class TestRuns(string copy, Arguments arguments)
{
    private static readonly TimeSpan BaselineMax = TimeSpan.FromMinutes(30);

    private readonly string[] _leftOut = ["--filter-not-trait", "Mutation=No", .. arguments.WithServices ? (string[])[] : ["Needs=Servers"]];
    private readonly Dictionary<string, TestTimes> _times = [];

    /// <summary>Runs all of them without a mistake: they must pass. Notes down who comes by which mistake, and how long each takes.</summary>
    public async Task<Reached> ReachedAsync(CancellationToken stop)
    {
        var ran = await Task.WhenAll(TestProgramFolders.Names.Select(program => WithoutMistakeAsync(program, stop)));
        var failed = ran.SelectMany(program => program.Times.Failed).ToArray();
        if (failed.Length > 0)
        {
            throw new MutateException($"no mistake can be judged, since tests fail without one:\n{string.Join('\n', failed)}");
        }

        return new([.. ran.SelectMany(program => program.Times.Collections)], ran.SelectMany(program => program.Notes));
    }

    /// <summary>Runs some of them with a mistake.</summary>
    public async Task<Outcome> RunAsync(Trial trial, CancellationToken stop)
    {
        var scratch = Scratch(trial.Name);
        Directory.CreateDirectory(scratch);
        var order = Path.Combine(scratch, "order");
        await File.WriteAllLinesAsync(order, trial.Tests.Select(collection => collection.Name), stop);
        var folder = trial.Mistake.IsAlone ? PlaceOf(trial.Number, trial.Program) : TestProgramFolders.Of(copy, trial.Program);
        var times = _times[trial.Program];
        return await new TestProgram(trial.Program, folder).RunAsync(
            ["--stop-on-fail", "on", "--filter-class", .. trial.Tests.SelectMany(collection => collection.Classes).Distinct(), .. _leftOut],
            new Dictionary<string, string>
            {
                ["SAMETIME_MISTAKE"] = trial.Mistake.IsAlone ? "0" : trial.Number.ToString(CultureInfo.InvariantCulture),
                ["SAMETIME_MISTAKE_ORDER"] = order,
            },
            scratch,
            test => arguments.Patience + 10 * times.Of(test),
            3 * arguments.Patience + 6 * trial.Tests.Aggregate(TimeSpan.Zero, (sum, collection) => sum + collection.Time),
            stop);
    }

    /// <summary>Makes test programs that run with this file in the place of the one of that name.</summary>
    public void Place(int number, string assembly)
    {
        foreach (var program in TestProgramFolders.Names)
        {
            var (from, to) = (TestProgramFolders.Of(copy, program), PlaceOf(number, program));
            foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
            {
                var at = Path.Combine(to, Path.GetRelativePath(from, file));
                Directory.CreateDirectory(Path.GetDirectoryName(at)!);
                File.Copy(file, at, overwrite: true);
            }

            File.Copy(assembly, Path.Combine(to, Path.GetFileName(assembly)), overwrite: true);
        }
    }

    private async Task<(TestTimes Times, IEnumerable<(string Program, string Line)> Notes)> WithoutMistakeAsync(
        string program, CancellationToken stop)
    {
        var results = Path.Combine(copy, "obj", "reached", program);
        if (Directory.Exists(results))
        {
            Directory.Delete(results, recursive: true);
        }

        Directory.CreateDirectory(results);
        var outcome = await new TestProgram(program, TestProgramFolders.Of(copy, program)).RunAsync(
            ["--report-xunit-xml", "--report-xunit-xml-filename", "report.xml", "--results-directory", results, .. _leftOut],
            new Dictionary<string, string> { ["SAMETIME_MISTAKES_REACHED"] = Path.Combine(results, "reached") },
            Scratch(program), _ => BaselineMax, BaselineMax, stop);
        var report = Path.Combine(results, "report.xml");
        if (outcome.How is Ending.Crashed or Ending.TimedOut || !File.Exists(report))
        {
            throw new MutateException($"the tests of {program} do not come to their end without a mistake, at {outcome.Test}:\n{outcome.Output}");
        }

        var times = new TestTimes(program, XDocument.Load(report));
        lock (_times)
        {
            _times[program] = times;
        }

        return (times, Directory.EnumerateFiles(results, "reached.*").SelectMany(File.ReadLines).Select(line => (program, line)).ToArray());
    }

    private string Scratch(string run) => Path.Combine(copy, "obj", "t", run);

    private string PlaceOf(int number, string program) => Path.Combine(copy, "obj", "alone", number.ToString(CultureInfo.InvariantCulture), program);
}
