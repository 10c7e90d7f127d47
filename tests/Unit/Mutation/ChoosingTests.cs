using Sametime.Tests.Mutate;
using Sametime.Tests.Mutate.Choosing;
using Sametime.Tests.Mutate.Switch;
using Xunit;

namespace Sametime.Tests.Unit.Mutation;

/// <summary>Which mistakes are made: a sample, changed lines, and those that somebody wrote down.</summary>
[Trait("Mutation", "No")]
public sealed class ChoosingTests
{
    private static readonly SampleCode Code = new("""
        public static bool F(int a)
        {
            var sum = 0;
            sum += a;
            if (a is > 2 and < 9)
            {
                sum =
                    a * 2;
            }

            return sum > 3;
        }
        """);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_sample_has_as_many_as_were_asked_for_and_is_the_same_again(int seed)
    {
        var sample = new Sample(Many(), 20, seed).Drawn;
        Assert.Equal(20, sample.Distinct().Count());
        Assert.Equal(sample, new Sample(Many().Reverse(), 20, seed).Drawn);
        Assert.NotEqual(sample, new Sample(Many(), 20, seed + 1).Drawn);
    }

    [Fact]
    public void Small_folders_are_drawn_from_too_and_large_ones_more()
    {
        // 400 and 100 and 25: their roots are as 4 to 2 to 1.
        var counts = new Sample(Many(), 35, 1).Drawn.CountBy(mutant => mutant.Folder).ToDictionary();
        Assert.Equal(
            [("Hub/Large", 20), ("Hub/Middle", 10), ("Hub/Small", 5)], counts.OrderBy(folder => folder.Key).Select(folder => (folder.Key, folder.Value)));
    }

    [Fact]
    public void Another_one_takes_the_place_of_one_that_is_no_mistake_until_there_is_none()
    {
        var many = Many().ToArray();
        var sample = new Sample(many, 520, 1);
        var drawn = sample.Drawn.ToList();
        while (sample.DrawAgain(drawn[0]) is { } other)
        {
            Assert.DoesNotContain(other, drawn);
            drawn.Add(other);
        }

        Assert.Equal(many.Length, drawn.Count);
    }

    [Fact]
    public void Changed_lines_are_those_on_the_new_side()
    {
        var changed = new ChangedLines(
            [
                "--- a/Hub/A.cs", "+++ b/Hub/A.cs", "@@ -3,2 +3 @@ class A", "@@ -10,0 +9,3 @@", "@@ -20,4 +23,0 @@",
                "--- a/Hub/B.cs", "+++ b/Hub/B.cs", "@@ -1 +1 @@",
            ],
            ["Hub/New.cs"]);
        Assert.Equal([3, 9, 10, 11], Enumerable.Range(1, 30).Where(line => changed.Has("Hub/A.cs", line)));
        Assert.True(changed.Has("Hub/B.cs", 1));
        Assert.True(changed.Has("Hub/New.cs", 500));
        Assert.False(changed.Has("Hub/C.cs", 1));
    }

    [Fact]
    public void Words_of_the_command_line_are_understood_or_refused()
    {
        var arguments = Arguments.Parse(["Hub/", "--sample", "60", "Edge/Limits", "--seed", "7", "--only", "a,b", "--list"]);
        Assert.Equal(["Hub", "Edge/Limits"], arguments.Paths);
        Assert.Equal((60, 7, true), (arguments.Sample, arguments.Seed, arguments.IsListOnly));
        Assert.Equal(["a", "b"], arguments.Only);
        Assert.Contains("--smaple", Assert.Throws<MutateException>(() => Arguments.Parse(["--smaple", "3"])).Message, StringComparison.Ordinal);
        Assert.Contains("--sample", Assert.Throws<MutateException>(() => Arguments.Parse(["--sample", "all"])).Message, StringComparison.Ordinal);
        Assert.Contains("--since", Assert.Throws<MutateException>(() => Arguments.Parse(["--since"])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Sample/Code.cs:4 | += | -=", 4, false)] // a statement
    [InlineData("Sample/Code.cs:4 | sum += a; |", -1, false)] // a statement left out
    [InlineData("Sample/Code.cs:7 | * | sum = a + 1;", 6, false)] // the statement that begins there
    [InlineData("Sample/Code.cs:8 | a * 2 | a | 4", 5, false)] // too many bars
    [InlineData("Sample/Code.cs:8 | a * 2 ==> a | 4", 5, false)]
    [InlineData("Sample/Code.cs:5 | < 9 | < 5", 5, false)] // in a pattern: the condition around it is chosen
    [InlineData("Sample/Code.cs:3 | = 0 | = 10", 15, false)] // the beginning of a variable: its value is chosen
    [InlineData("Sample/Code.cs:1 | int a | int b, int a = 3", 0, true)] // nothing that a switch can choose
    public void A_written_mistake_is_compiled_in_as_it_stands_there(string line, int argumentWhereItShows, bool isAlone)
    {
        if (line.Count(c => c == '|') > 2 && !line.Contains("==>", StringComparison.Ordinal))
        {
            _ = Assert.Throws<MutateException>(() => Read(line));
            return;
        }

        var mistake = Assert.Single(Read(line));
        Assert.Equal(isAlone, mistake.IsAlone);
        if (!isAlone)
        {
            var (assembly, refused) = Code.Compile([mistake]);
            Assert.Empty(refused);
            _ = SampleCode.Call(assembly, 1, "F", argumentWhereItShows);
        }
    }

    [Theory]
    [InlineData("Sample/Code.cs:3 | nothing | else", "stands not in the line")]
    [InlineData("Sample/Code.cs:5 | a | b", "more than once")]
    [InlineData("Sample/Code.cs:400 | a | b", "lines")]
    [InlineData("Sample/Other.cs:4 | a | b", "no file of the product")]
    [InlineData("Sample/Code.cs:4 | ; | ))", "is no C#")]
    [InlineData("Sample/Code.cs:4 nothing", "is not")]
    public void A_line_that_makes_no_sense_is_refused_with_what_is_wrong_about_it(string line, string why) =>
        Assert.Contains(why, Assert.Throws<MutateException>(() => Read(line)).Message, StringComparison.Ordinal);

    private static IReadOnlyList<Mutant> Read(string line) =>
        WrittenMistakes.Read(["# a comment", "", line], file => file == SampleCode.File ? Code.Tree : null);

    private static IEnumerable<Mutant> Many() =>
        from folder in new[] { (Name: "Hub/Large", Count: 400), (Name: "Hub/Middle", Count: 100), (Name: "Hub/Small", Count: 25) }
        from line in Enumerable.Range(1, folder.Count)
        select new Mutant
        {
            Id = $"{folder.Name}{line}",
            File = $"{folder.Name}/File.cs",
            Line = line,
            Kind = "kind",
            Original = "a",
            Changed = "b",
        };
}
