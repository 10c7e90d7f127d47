using System.Text.RegularExpressions;
using Sametime.Tests.Kit.Repository;
using Xunit;

namespace Sametime.Tests.Unit.Conventions;

/// <summary>Holds tests/REQUIREMENTS.md to the tests: every row once, and every test that it names exists.</summary>
public partial class RequirementTests
{
    private const int RowCount = 189;

    private static readonly (string Id, string Proof)[] Rows = [.. File.ReadLines(Repo.PathOf("tests", "REQUIREMENTS.md"))
        .Select(line => Row().Match(line))
        .Where(match => match.Success)
        .Select(match => (match.Groups[1].Value, match.Groups[2].Value))];

    [Fact]
    public void Every_row_is_there_once_and_in_order() =>
        Assert.Equal(Enumerable.Range(1, RowCount).Select(n => $"S{n:D3}"), Rows.Select(row => row.Id));

    [Fact]
    public void Every_row_names_its_proof_or_what_it_waits_for() =>
        Assert.DoesNotContain(Rows, row => !Proof().IsMatch(row.Proof));

    [Fact]
    public void Every_proof_named_is_a_test()
    {
        var tests = Repo.Files("tests", "*.cs").SelectMany(TestsOf).ToHashSet(StringComparer.Ordinal);
        var named = Rows.SelectMany(row => TestName().Matches(row.Proof).Select(match => (row.Id, Test: match.Groups[1].Value))).ToArray();
        Assert.NotEmpty(named);
        Assert.DoesNotContain(named, proof => !tests.Contains(proof.Test));
    }

    // Class.Method of everything with a test attribute, from the sources: so tests of other projects are seen too.
    private static IEnumerable<string> TestsOf(string file)
    {
        var type = Path.GetFileNameWithoutExtension(file);
        return TestMethod().Matches(File.ReadAllText(Repo.PathOf(file))).Select(match => $"{type}.{match.Groups[1].Value}");
    }

    [GeneratedRegex(@"^\| (S\d{3}) \| [^|]+ \| (.*) \|$")]
    private static partial Regex Row();

    [GeneratedRegex(@"^(later: .+|`\w+\.\w+`(; `\w+\.\w+`)*)$")]
    private static partial Regex Proof();

    [GeneratedRegex(@"`(\w+\.\w+)`")]
    private static partial Regex TestName();

    // The attribute, lines with more of them, the method.
    [GeneratedRegex(@"\[(?:Fact|Theory|Property)\b[^\n]*\n(?:\s*\[[^\n]*\n)*\s*public (?:async )?(?:static )?[\w<>]+ (\w+)\(")]
    private static partial Regex TestMethod();
}
