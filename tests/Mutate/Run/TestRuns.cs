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
    private const int NamedMax = 10;

    private static readonly TimeSpan BaselineMax = TimeSpan.FromMinutes(30);

    private readonly string[] _leftOut =
    [
        "--filter-not-trait", "Mutation=No",
        .. arguments.WithServices ? (string[])[] : ["Needs=Servers"],
        .. arguments.Without.Count == 0 ? (string[])[] : ["--filter-not-class", .. arguments.Without],
    ];

    private readonly Dictionary<string, TestTimes> _times = [];

    /// <summary>What judges nothing: classes that were left out, and tests that failed without a mistake and then passed.</summary>
    public IReadOnlyList<string> LeftOut { get; private set; } = arguments.Without;

    /// <summary>Runs all of them without a mistake: they must pass. Notes down who comes by which mistake, and how long each takes.</summary>
    public async Task<Reached> ReachedAsync(CancellationToken stop)
    {
        var ran = await Task.WhenAll(TestProgramFolders.Names.Select(program => WithoutMistakeAsync(program, stop)));
        var failed = ran.SelectMany(program => program.Times.Failed).ToArray();
        var again = new List<FailedTest>();
        foreach (var program in failed.Where(_ => !arguments.GoesOn).GroupBy(test => test.Collection.Program))
        {
            var trial = new Trial(0, null, program.Key, [.. program.Select(test => test.Collection).Distinct()]);
            if ((await RunAsync(trial, stop)).How != Ending.Passed)
            {
                again.AddRange(program);
            }
        }

        if (again.Count > 0)
        {
            var names = again.Take(NamedMax).Select(test => $"{test.Name}: {test.Why}");
            throw new MutateException($"{again.Count} tests fail without a mistake, so that none can be judged:\n{string.Join('\n', names)}");
        }

        LeftOut = [.. arguments.Without, .. failed.Select(test => test.Name)];
        var steady = ran.SelectMany(program => program.Times.Collections).Except(failed.Select(test => test.Collection));
        return new([.. steady], ran.SelectMany(program => program.Notes));
    }

    /// <summary>Runs some of them with a mistake.</summary>
    public async Task<Outcome> RunAsync(Trial trial, CancellationToken stop)
    {
        var scratch = Scratch(trial.Name);
        Directory.CreateDirectory(scratch);
        var order = Path.Combine(scratch, "order");
        await File.WriteAllLinesAsync(order, trial.Tests.Select(collection => collection.Name), stop);
        var isAlone = trial.Mistake?.IsAlone == true;
        var folder = isAlone ? PlaceOf(trial.Number, trial.Program) : TestProgramFolders.Of(copy, trial.Program);
        var times = _times[trial.Program];
        return await new TestProgram(trial.Program, folder).RunAsync(
            ["--stop-on-fail", "on", "--filter-class", .. trial.Tests.SelectMany(collection => collection.Classes).Distinct(), .. _leftOut],
            new Dictionary<string, string>
            {
                ["MISTAKE_MADE"] = isAlone ? "0" : trial.Number.ToString(CultureInfo.InvariantCulture),
                ["MISTAKE_ORDER"] = order,
            },
            scratch,
            test => arguments.Patience + 10 * times.Of(test),
            3 * arguments.Patience + 6 * trial.Tests.Aggregate(TimeSpan.Zero, (sum, collection) => sum + collection.Time),
            stop);
    }

    /// <summary>Makes test programs that run with this file in the place of the one of that name.</summary>
    public async Task PlaceAsync(int number, string assembly, CancellationToken stop)
    {
        foreach (var program in TestProgramFolders.Names)
        {
            var place = PlaceOf(number, program);
            if (Directory.Exists(place))
            {
                Directory.Delete(place, recursive: true);
            }

            // By links, since all the other files are the same.
            var (code, output) = await Command.RunAsync("cp", ["-al", TestProgramFolders.Of(copy, program), place], copy, stop);
            if (code != 0)
            {
                throw new MutateException(output);
            }

            var changed = Path.Combine(place, Path.GetFileName(assembly));
            File.Delete(changed);
            File.Copy(assembly, changed);
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
            new Dictionary<string, string> { ["MISTAKES_REACHED"] = Path.Combine(results, "reached") },
            Scratch(program), _ => BaselineMax, BaselineMax, stop);
        var report = Path.Combine(results, "report.xml");
        if (outcome.How is Ending.Crashed or Ending.TimedOut || !File.Exists(report))
        {
            throw new MutateException($"the tests of {program} do not come to their end without a mistake, at {outcome.Test}:\n{outcome.Output}");
        }

        var told = XDocument.Load(report);
        if (TestTimes.Unended(told).ToArray() is { Length: > 0 } unended)
        {
            throw new MutateException($"the tests of {program} do not come to their end without a mistake: {string.Join(", ", unended)} hang\n{outcome.Output}");
        }

        var times = new TestTimes(program, told);
        lock (_times)
        {
            _times[program] = times;
        }

        return (times, Directory.EnumerateFiles(results, "reached.*").SelectMany(File.ReadLines).Select(line => (program, line)).ToArray());
    }

    private string Scratch(string run) => Path.Combine(copy, "obj", "t", run);

    private string PlaceOf(int number, string program) => Path.Combine(copy, "obj", "alone", number.ToString(CultureInfo.InvariantCulture), program);
}
