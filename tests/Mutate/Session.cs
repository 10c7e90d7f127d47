using System.Diagnostics;
using System.Globalization;
using Sametime.Tests.Mutate.Choosing;
using Sametime.Tests.Mutate.Copy;
using Sametime.Tests.Mutate.Report;
using Sametime.Tests.Mutate.Run;
using Sametime.Tests.Mutate.Switch;

namespace Sametime.Tests.Mutate;

/// <summary>From the tree to the table.</summary>
internal static class Session
{
    // What a store or a carrier does that is not there when tests run without services.
    private static readonly string[] NeedServices = ["Contracts/Broker/", "Services/Providers/Marten/", "Services/Providers/Ldap/"];

    public static async Task RunAsync(string root, Arguments arguments, CancellationToken stop)
    {
        var watch = Stopwatch.StartNew();
        var folder = arguments.Folder ?? Directory.CreateTempSubdirectory("mutate-").FullName;
        try
        {
            var copy = new TreeCopy(root, folder);
            await copy.MakeAsync(stop);
            Say("building a copy of the tree");
            await copy.BuildAsync(stop);

            Say("looking for mistakes");
            var product = new Product(folder);
            var mistakes = await ChosenAsync(root, arguments, product, stop);
            if (arguments.IsListOnly)
            {
                Console.WriteLine(Table.Of(mistakes.Values));
                return;
            }

            if (mistakes.Count == 0)
            {
                Console.WriteLine(Table.Summary([]));
                return;
            }

            Say($"running all tests without any of {mistakes.Count} mistakes");
            var tests = new TestRuns(folder, arguments);
            var judge = new Judge(tests.RunAsync, await tests.ReachedAsync(stop));
            if (arguments.IsReachOnly)
            {
                Console.WriteLine(Table.Of(mistakes.Where(mistake => judge.TestsOf(mistake.Key, mistake.Value).Count == 0).Select(mistake => mistake.Value)));
                return;
            }

            var verdicts = await JudgedAsync(judge, mistakes, arguments.Jobs, product, tests, stop);

            var table = Table.Of(verdicts, tests.LeftOut);
            Say(string.Create(CultureInfo.InvariantCulture, $"done in {watch.Elapsed.TotalMinutes:F1} min"));
            if (arguments.Report is { } report)
            {
                await File.WriteAllTextAsync(report, table + "\n", stop);
            }

            Console.WriteLine(table);
        }
        finally
        {
            if (arguments.Folder is null)
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        void Say(string what) => Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"[{watch.Elapsed:mm\\:ss}] {what}"));
    }

    // The wanted mistakes that compile, by their numbers; the product in the copy has them when this returns.
    private static async Task<IReadOnlyDictionary<int, Mutant>> ChosenAsync(string root, Arguments arguments, Product product, CancellationToken stop)
    {
        if (arguments.Mistakes is { } file)
        {
            var written = WrittenMistakes.Read(File.ReadLines(file), name => product.Has(name) ? product.Tree(name) : null);
            var mistakes = Compiled(product, written, mistake => WrittenMistakes.Alone(mistake, product.Tree(mistake.File)));
            var refused = mistakes.Where(mistake => mistake.Value.IsAlone && !product.CompileAlone(mistake.Key, mistake.Value)).ToArray();
            return refused.Length == 0
                ? mistakes
                : throw new MutateException($"no compiler takes these:\n{string.Join('\n', refused.Select(mistake => $"{mistake.Value.Place} {Table.What(mistake.Value)}"))}");
        }

        var changed = arguments.Since is { } commit ? await ChangedLines.SinceAsync(root, commit, stop) : null;
        if (arguments.Paths.Where(path => !product.Files.Any(file => IsIn(file, path))).ToArray() is { Length: > 0 } nowhere)
        {
            throw new MutateException($"no file of the product is in {string.Join(", ", nowhere)}");
        }

        var found = product.Mistakes(product.Files.Where(name => IsWanted(name, arguments)), (name, line) => changed?.Has(name, line) != false)
            .Where(mistake => arguments.Only.Count == 0 || arguments.Only.Contains(mistake.Id)).ToArray();
        if (arguments.Only.Except(found.Select(mistake => mistake.Id)).ToArray() is { Length: > 0 } unknown)
        {
            throw new MutateException($"there is no mistake {string.Join(", ", unknown)}");
        }

        if (arguments.Sample is not { } count)
        {
            return Compiled(product, found, _ => null);
        }

        var sample = new Sample(found, count, arguments.Seed);
        return Compiled(product, sample.Drawn, sample.DrawAgain);
    }

    private static bool IsWanted(string file, Arguments arguments) =>
        arguments.Paths.Count > 0 ? arguments.Paths.Any(path => IsIn(file, path))
        : arguments.WithServices || arguments.Since is not null || arguments.Only.Count > 0
            || !NeedServices.Any(folder => file.StartsWith(folder, StringComparison.Ordinal));

    private static bool IsIn(string file, string path) => file == path || file.StartsWith(path + "/", StringComparison.Ordinal);

    // What the compiler refuses is no mistake that anybody could have made: another one takes its place, if there is one.
    private static Dictionary<int, Mutant> Compiled(Product product, IEnumerable<Mutant> wanted, Func<Mutant, Mutant?> another)
    {
        var mistakes = new Dictionary<int, Mutant>();
        foreach (var mistake in wanted)
        {
            mistakes.Add(mistakes.Count + 1, mistake);
        }

        var next = mistakes.Count + 1;
        while (product.Compile(mistakes) is { Count: > 0 } refused)
        {
            foreach (var number in refused)
            {
                mistakes.Remove(number, out var no);
                if (another(no!) is { } other)
                {
                    mistakes.Add(next++, other);
                }
            }
        }

        return mistakes;
    }

    private static async Task<List<Verdict>> JudgedAsync(
        Judge judge, IReadOnlyDictionary<int, Mutant> mistakes, int jobs, Product product, TestRuns tests, CancellationToken stop)
    {
        var verdicts = new List<Verdict>();
        var order = mistakes.OrderByDescending(mistake => judge.Longest(mistake.Key, mistake.Value));
        await Parallel.ForEachAsync(order, new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = stop }, async (mistake, inner) =>
        {
            if (mistake.Value.IsAlone)
            {
                await tests.PlaceAsync(mistake.Key, product.AloneOf(mistake.Key, mistake.Value), inner);
            }

            var verdict = await judge.JudgeAsync(mistake.Key, mistake.Value, inner);
            lock (verdicts)
            {
                verdicts.Add(verdict);
                var how = string.Create(CultureInfo.InvariantCulture, $"{verdict.Fate,-12} {verdict.Time.TotalSeconds,6:F1} s");
                Console.Error.WriteLine(
                    $"{verdicts.Count,4} of {mistakes.Count} {how}  {verdict.Mutant.Place} {Table.What(verdict.Mutant)} {verdict.Test}");
            }
        });
        return verdicts;
    }
}
