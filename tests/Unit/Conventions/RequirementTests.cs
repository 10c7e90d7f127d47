using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Sametime.Tests.Kit.Repository;
using Xunit;

namespace Sametime.Tests.Unit.Conventions;

/// <summary>
/// Holds tests/REQUIREMENTS.md to the words in which its rows were asked for (tests/requirement-rows.md), and to the tests: what it says of
/// each row is so.
/// </summary>
[Trait("Mutation", "No")]
public partial class RequirementTests
{
    private const int RowCount = 189;

    /// <summary>
    /// Of everything in tests/requirement-rows.md that was asked for: rows and notes. Whoever changes it says that something else is asked of
    /// the server from now on, and the commit says which row and why. It is never changed for a row to fit what there is: what is not shown is
    /// <c>open:</c> in tests/REQUIREMENTS.md.
    /// </summary>
    private const string HashOfTheWords = "822acd47e4c4f95f743652f70820f4cb23685070d82301db7670eb492c03cf1f";

    private static readonly AskedFor[] Words = [.. ReadWords()];
    private static readonly ProvenRow[] Rows = [.. ReadRows()];
    private static readonly TestSources Sources = TestSources.Read();

    [Fact]
    public void Every_row_is_there_once_and_in_order() =>
        Assert.Equal(Enumerable.Range(1, RowCount).Select(n => $"S{n:D3}"), Rows.Select(row => row.Words.Id));

    [Fact]
    public void Every_row_is_in_the_words_in_which_it_was_asked_for() => Assert.Equal(Words, Rows.Select(row => row.Words));

    [Fact]
    public void What_was_asked_for_is_what_it_was()
    {
        var notes = File.ReadLines(PathOfWords).Where(line => line.StartsWith("- N", StringComparison.Ordinal)).ToArray();
        Assert.Equal(12, notes.Length);
        var all = string.Join('\n', Words.Select(words => string.Join('\t', words.Chapter, words.Id, words.Item, words.Proof)).Concat(notes));
        Assert.Equal(HashOfTheWords, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all))));
    }

    [Fact]
    public void Every_row_says_what_shows_it_and_what_is_open_or_what_it_waits_for() =>
        Assert.DoesNotContain(Rows, row => row.State != row.StateByItsLines() || row.Open.Concat(row.Later).Any(words => words.Length < 5));

    [Fact]
    public void Every_proof_named_is_a_test_that_is_never_skipped()
    {
        var named = Rows.SelectMany(row => row.Tests.Select(test => (row.Words.Id, Test: test))).ToArray();
        Assert.NotEmpty(named);
        Assert.DoesNotContain(named, proof => !Sources.AlwaysRun.Contains(proof.Test));
        Assert.DoesNotContain(Rows, row => row.Tests.Distinct().Count() != row.Tests.Count);
    }

    [Fact]
    public void Every_suite_named_is_passed_by_somebody()
    {
        var suites = Rows.SelectMany(row => row.Tests).Select(test => test.Split('.')[0]).Where(Sources.Suites.Contains).ToArray();
        Assert.NotEmpty(suites);
        Assert.DoesNotContain(suites, suite => !Sources.IsPassed(suite));
    }

    [Fact]
    public void The_counts_are_those_of_the_rows()
    {
        var chapters = Rows.GroupBy(row => row.Words.Chapter).Select(chapter => Count(chapter.Key, [.. chapter]));
        Assert.Equal(chapters.Append(Count("all", Rows)), File.ReadLines(PathOfRows).Where(line => CountLine().IsMatch(line)));
    }

    [Theory]
    [InlineData("[Fact]\n    public void Name()\n    {\n    }\n", true)]
    [InlineData("[Theory]\n    [InlineData(1)]\n    public async Task Name(int n) =>\n        Assert.Equal(n, 1);\n", true)]
    [InlineData("[Property(MaxTest = 4)]\n    public void Name(byte[] any)\n    {\n    }\n", true)]
    [InlineData("[Fact(Skip = \"later\")]\n    public void Name()\n    {\n    }\n", false)]
    [InlineData("[Fact(Explicit = true)]\n    public void Name()\n    {\n    }\n", false)]
    [InlineData("[Theory]\n    [InlineData(1, Skip = \"later\")]\n    public void Name(int n)\n    {\n    }\n", false)]
    [InlineData("[Fact]\n    public void Name()\n    {\n        Assert.SkipUnless(OperatingSystem.IsLinux(), \"why\");\n    }\n", false)]
    [InlineData("public Suite() => Assert.Skip(\"why\");\n\n    [Fact]\n    public void Name()\n    {\n    }\n", false)]
    [InlineData("public void Name()\n    {\n    }\n", false)]
    [InlineData("// [Fact]\n    // public void Name()\n", false)]
    public void A_test_is_what_has_the_attribute_and_nothing_that_skips_it(string source, bool isTest)
    {
        string[] expected = isTest ? ["Suite.Name"] : [];
        Assert.Equal(expected, TestSources.AlwaysRunIn("Suite", "public class Suite\n{\n    " + source + "}\n"));
    }

    private static string PathOfRows => Repo.PathOf("tests", "REQUIREMENTS.md");

    private static string PathOfWords => Repo.PathOf("tests", "requirement-rows.md");

    private static string Count(string name, IReadOnlyCollection<ProvenRow> rows)
    {
        var states = new[] { "done", "partly", "later" }.Select(state => rows.Count(row => row.State == state));
        return string.Create(CultureInfo.InvariantCulture, $"| {name} | {rows.Count} | {string.Join(" | ", states)} |");
    }

    private static IEnumerable<AskedFor> ReadWords()
    {
        var chapter = "";
        foreach (var line in File.ReadLines(PathOfWords))
        {
            if (Chapter().Match(line) is { Success: true } heading)
                chapter = heading.Groups[1].Value;
            else if (AskedRow().Match(line) is { Success: true } row)
                yield return new AskedFor(chapter, row.Groups[1].Value, row.Groups[2].Value, row.Groups[3].Value);
        }
    }

    // From the first chapter on every line belongs to a row: one that is none of its kinds is a mistake, and not overlooked.
    private static IEnumerable<ProvenRow> ReadRows()
    {
        var chapter = "";
        ProvenRow? row = null;
        foreach (var line in File.ReadLines(PathOfRows))
        {
            if (Chapter().Match(line) is { Success: true } heading)
            {
                chapter = heading.Groups[1].Value;
            }
            else if (RowHeading().Match(line) is { Success: true } head)
            {
                if (row is not null)
                    yield return row;
                row = new ProvenRow(new AskedFor(chapter, head.Groups[1].Value, head.Groups[3].Value, ""), head.Groups[2].Value);
            }
            else if (row is not null && line.Length > 0)
            {
                row = row.With(line);
            }
        }
        yield return row!;
    }

    [GeneratedRegex(@"^## (\d+\. .+)$")]
    private static partial Regex Chapter();

    [GeneratedRegex(@"^### (S\d{3}) · (done|partly|later) · (.+)$")]
    private static partial Regex RowHeading();

    [GeneratedRegex(@"^\| (S\d{3}) \| ([^|]+) \| ([^|]+) \|$")]
    private static partial Regex AskedRow();

    [GeneratedRegex(@"^\| (\d+\. .+|all) \| \d+ \| \d+ \| \d+ \| \d+ \|$")]
    private static partial Regex CountLine();

    [GeneratedRegex(@"^- `(\w+\.\w+)`$")]
    private static partial Regex TestLine();

    private sealed record AskedFor(string Chapter, string Id, string Item, string Proof);

    private sealed record ProvenRow(AskedFor Words, string State)
    {
        public List<string> Tests { get; init; } = [];

        public List<string> Open { get; init; } = [];

        public List<string> Later { get; init; } = [];

        public ProvenRow With(string line)
        {
            if (line.StartsWith("> ", StringComparison.Ordinal) && Words.Proof.Length == 0)
                return this with { Words = Words with { Proof = line[2..] } };
            var (list, value) = TestLine().Match(line) is { Success: true } test ? (Tests, test.Groups[1].Value)
                : line.StartsWith("- open: ", StringComparison.Ordinal) ? (Open, line["- open: ".Length..])
                : line.StartsWith("- later: ", StringComparison.Ordinal) ? (Later, line["- later: ".Length..])
                : throw new InvalidDataException($"{Words.Id} has a line that is neither its words nor a test, open: or later: {line}");
            list.Add(value);
            return this;
        }

        // Waiting for two things, or waiting although something is shown, is no state.
        public string StateByItsLines() => (Tests.Count, Open.Count, Later.Count) switch
        {
            ( > 0, 0, 0) => "done",
            ( > 0, > 0, 0) => "partly",
            (0, 0, 1) => "later",
            _ => "none",
        };

        public override string ToString() => $"{Words.Id} ({State})";
    }
}
