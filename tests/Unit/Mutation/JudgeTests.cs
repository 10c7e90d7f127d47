using System.Xml.Linq;
using Sametime.Tests.Mutate.Reach;
using Sametime.Tests.Mutate.Report;
using Sametime.Tests.Mutate.Run;
using Sametime.Tests.Mutate.Switch;
using Xunit;

namespace Sametime.Tests.Unit.Mutation;

/// <summary>A small product with two tests, one of which looks at the limit itself: what they find, and what they let pass.</summary>
[Trait("Mutation", "No")]
public sealed class JudgeTests
{
    private static readonly SampleCode Code = new("""
        public static bool IsFull(int count) => count >= 10;
        public static bool IsEmpty(int count) => count <= 0;
        public static bool IsOdd(int count) => count % 2 == 1;
        """);

    private static readonly Dictionary<string, Func<byte[], int, bool>> Passes = new()
    {
        ["The_limit_itself_is_full"] = (assembly, mistake) =>
            (bool)SampleCode.Call(assembly, mistake, "IsFull", 10)! && !(bool)SampleCode.Call(assembly, mistake, "IsFull", 9)!,
        ["Some_are_not_empty"] = (assembly, mistake) => !(bool)SampleCode.Call(assembly, mistake, "IsEmpty", 5)!,
    };

    private const string File = "Hub/Door.cs";

    private readonly List<string> _ran = [];

    [Fact]
    public async Task A_mistake_that_a_test_looks_at_is_found_and_one_that_none_looks_at_survives()
    {
        var verdicts = await JudgedAsync();

        Assert.Equal((Fate.Found, "The_limit_itself_is_full"), Of("count >= 10 -> count > 10"));
        Assert.Equal((Fate.Found, "The_limit_itself_is_full"), Of("count >= 10 -> count < 10"));
        Assert.Equal((Fate.Survived, ""), Of("count <= 0 -> count < 0"));
        Assert.Equal((Fate.Found, "Some_are_not_empty"), Of("count <= 0 -> count > 0"));
        Assert.Equal((Fate.NotReached, ""), Of("count % 2 == 1 -> count % 2 != 1"));

        (Fate, string) Of(string what) => verdicts.Where(verdict => $"{verdict.Mutant.Original} -> {verdict.Mutant.Changed}" == what)
            .Select(verdict => (verdict.Fate, verdict.Test)).Single();
    }

    [Fact]
    public async Task The_table_names_survivors_first_and_ends_with_the_share_that_was_found()
    {
        var table = Table.Of(await JudgedAsync(), ["Sametime.Tests.Unit.A.B"]).Split('\n');

        Assert.Contains("- `Unit.A.B`", table);

        Assert.Contains(table, line => line.Contains("| `count <= 0` → `count < 0` | 1 |", StringComparison.Ordinal));
        Assert.Contains(table, line => line.Contains("| `count % 2 == 1` → `count % 2 != 1` | none |", StringComparison.Ordinal));
        Assert.Contains(table, line => line.Contains("| `count >= 10` → `count > 10` | `The_limit_itself_is_full` |", StringComparison.Ordinal));
        Assert.StartsWith("3 of 5 mistakes found (60.0 %;", table[^1], StringComparison.Ordinal);
        Assert.EndsWith("1 survived, and 1 no test comes by", table[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_tests_that_come_by_are_run_and_none_after_one_that_failed()
    {
        _ = await JudgedAsync();
        Assert.Equal(["The_limit_itself_is_full", "The_limit_itself_is_full", "Some_are_not_empty", "Some_are_not_empty"], _ran);
    }

    [Fact]
    public void What_takes_least_time_is_first_and_what_runs_once_in_a_process_concerns_all_tests_of_it()
    {
        var reached = new Reached(
            [Collection("Unit", "slow", 9), Collection("Unit", "quick", 1), Collection("Unit", "other", 0), Collection("Contract", "far", 2)],
            [
                ("Unit", "1\tslow (id: 12)"), ("Unit", "1\tquick (id: 34)"),
                ("Unit", "2\tslow (id: 12)"), ("Unit", "2\t*"),
                ("Contract", "3\tfar"),
            ]);

        Assert.Equal(["quick", "slow"], reached.TestsOf(1, File).Select(tests => tests.Name));
        Assert.Equal(["slow", "other", "quick"], reached.TestsOf(2, File).Select(tests => tests.Name));
        Assert.Equal(["far"], reached.TestsOf(3, File).Select(tests => tests.Name));
        Assert.Empty(reached.TestsOf(4, File));
    }

    [Fact]
    public void What_is_named_like_the_file_comes_before_what_is_quicker()
    {
        var reached = new Reached(
            [Collection("Unit", "Unit.Edge.Quick", 1), Collection("Contract", "Contract.Hub.ChannelEnd", 7), Collection("Unit", "Unit.Hub.Slow", 500)],
            [("Unit", "1\tUnit.Edge.Quick"), ("Unit", "1\tUnit.Hub.Slow"), ("Contract", "1\tContract.Hub.ChannelEnd")]);

        Assert.Equal(["Contract.Hub.ChannelEnd", "Unit.Edge.Quick", "Unit.Hub.Slow"], reached.TestsOf(1, "Hub/Channels/Table.cs").Select(tests => tests.Name));
        Assert.Equal(["Unit.Edge.Quick", "Contract.Hub.ChannelEnd", "Unit.Hub.Slow"], reached.AllOf("Edge/Door.cs").Select(tests => tests.Name));
    }

    [Fact]
    public void The_report_of_the_runner_says_what_is_run_together_how_long_it_takes_and_what_failed()
    {
        var times = new TestTimes("Unit", XDocument.Parse("""
            <assemblies><assembly><collection name="shared (id: 1f)" time="2.5">
              <test name="A.One" type="A" time="1.5" result="Pass" />
              <test name="B.Two(x: 1)" type="B" time="1" result="Fail"><failure><message>no
            and more</message></failure></test>
            </collection></assembly></assemblies>
            """));

        var collection = Assert.Single(times.Collections);
        Assert.Equal(("shared", TimeSpan.FromSeconds(2.5)), (collection.Name, collection.Time));
        Assert.Equal(["A", "B"], collection.Classes);
        Assert.Equal(TimeSpan.FromSeconds(1), times.Of("B.Two(x: 1)"));
        Assert.Equal(new FailedTest("B.Two(x: 1)", collection, "no"), Assert.Single(times.Failed));
    }

    [Fact]
    public void What_the_report_says_no_time_of_has_not_ended() => Assert.Equal(["stuck"], TestTimes.Unended(XDocument.Parse("""
        <assemblies><assembly><collection name="stuck (id: 1f)"><test name="A.One" type="A" time="1.5" result="Fail" /></collection>
        <collection name="done (id: 2f)" time="1" /></assembly></assemblies>
        """)));

    [Theory]
    [InlineData(0, "", (int)Ending.Passed, "last")]
    [InlineData(8, "", (int)Ending.Passed, "last")]
    [InlineData(2, "failed A.B.C (12ms)\n  why", (int)Ending.Failed, "A.B.C")]
    [InlineData(2, "failed A.B.C(x: 3, y: \"(1ms)\") (1s 012ms)\n", (int)Ending.Failed, "A.B.C(x: 3, y: \"(1ms)\")")]
    [InlineData(134, "Stack overflow.", (int)Ending.Crashed, "last")]
    public void The_end_of_a_process_says_what_became_of_its_tests(int code, string output, int how, string test)
    {
        var outcome = TestProgram.Judge(code, output, "last");
        Assert.Equal(((Ending)how, test), (outcome.How, outcome.Test));
    }

    private static TestCollection Collection(string program, string name, int seconds) =>
        new(program, name, [name + "Tests"], TimeSpan.FromSeconds(seconds));

    // Only comparisons: five of them.
    private async Task<List<Verdict>> JudgedAsync()
    {
        var mistakes = Code.All.Where(mutant => mutant.Kind == "comparison").ToArray();
        Assert.Equal(5, mistakes.Length);
        var (assembly, refused) = Code.Compile(mistakes);
        Assert.Empty(refused);
        var notes = mistakes.Index().SelectMany(mistake => mistake.Item.Original switch
        {
            "count >= 10" => new[] { ("Unit", $"{mistake.Index + 1}\tThe_limit_itself_is_full") },
            "count <= 0" => [("Unit", $"{mistake.Index + 1}\tSome_are_not_empty")],
            _ => [],
        });
        var judge = new Judge(RunAsync, new Reached([.. Passes.Keys.Select(name => Collection("Unit", name, 1))], notes));
        var verdicts = new List<Verdict>();
        foreach (var (index, mistake) in mistakes.Index())
        {
            verdicts.Add(await judge.JudgeAsync(index + 1, mistake, TestContext.Current.CancellationToken));
        }

        return verdicts;

        Task<Outcome> RunAsync(Trial trial, CancellationToken stop)
        {
            foreach (var test in trial.Tests)
            {
                _ran.Add(test.Name);
                if (!Passes[test.Name](assembly, trial.Number))
                {
                    return Task.FromResult(new Outcome(Ending.Failed, test.Name, ""));
                }
            }

            return Task.FromResult(new Outcome(Ending.Passed, "", ""));
        }
    }
}
