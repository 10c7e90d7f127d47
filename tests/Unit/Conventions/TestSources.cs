using System.Text.RegularExpressions;
using Sametime.Tests.Kit.Repository;

namespace Sametime.Tests.Unit.Conventions;

/// <summary>The tests of all projects as Class.Method, read from the sources, so that those of other projects are seen too.</summary>
internal sealed partial class TestSources
{
    private const string Attributes = @"(?<attributes>\[(?:Fact|Theory|Property)\b[^\n]*\n(?:\s*\[[^\n]*\n)*)";
    private const string Method = @"\s*public (?:async )?(?:static )?[\w<>]+ (?<name>\w+)\(";
    private const string Heading = @"^\s*(?:public|internal) (?:(?<abstract>abstract) |sealed |static )?(?:partial )?class (?<name>\w+)";
    private const string Base = @"(?:\([^)]*\))?(?:\s*:\s*(?<base>\w+))?";

    // Class after class that derives from it.
    private readonly HashSet<(string Base, string Heir)> _heirs = [];

    private TestSources()
    {
    }

    /// <summary>Tests that nothing skips.</summary>
    public HashSet<string> AlwaysRun { get; } = [];

    /// <summary>Abstract classes: their tests run only in classes that derive from them.</summary>
    public HashSet<string> Suites { get; } = [];

    public static TestSources Read()
    {
        var sources = new TestSources();
        foreach (var file in Repo.Files("tests", "*.cs"))
        {
            var source = File.ReadAllText(Repo.PathOf(file));
            sources.AlwaysRun.UnionWith(AlwaysRunIn(Path.GetFileNameWithoutExtension(file), source));
            foreach (Match type in Class().Matches(source))
            {
                if (type.Groups["abstract"].Success)
                    sources.Suites.Add(type.Groups["name"].Value);
                sources._heirs.Add((type.Groups["base"].Value, type.Groups["name"].Value));
            }
        }
        return sources;
    }

    /// <summary>Whether a class that is not abstract derives from it, perhaps over others.</summary>
    public bool IsPassed(string suite) => _heirs.Any(pair => pair.Base == suite && (!Suites.Contains(pair.Heir) || IsPassed(pair.Heir)));

    /// <summary>
    /// What has a test attribute, and skips neither by it nor in its body. Whatever skips before the first test (a constructor) skips all.
    /// </summary>
    public static IEnumerable<string> AlwaysRunIn(string type, string source)
    {
        var found = TestMethod().Matches(source);
        if (found.Count == 0 || Skips(source[..found[0].Index]))
            yield break;
        for (var i = 0; i < found.Count; i++)
        {
            var end = i + 1 < found.Count ? found[i + 1].Index : source.Length;
            if (!SkippingAttribute().IsMatch(found[i].Groups["attributes"].Value) && !Skips(source[found[i].Index..end]))
                yield return $"{type}.{found[i].Groups["name"].Value}";
        }
    }

    private static bool Skips(string source) => source.Contains("Assert.Skip", StringComparison.Ordinal);

    // The attribute at the beginning of a line, lines with more of them, the method.
    [GeneratedRegex(@"^\s*" + Attributes + Method, RegexOptions.Multiline)]
    private static partial Regex TestMethod();

    [GeneratedRegex(@"\b(?:Skip|SkipWhen|SkipUnless|Explicit)\s*=")]
    private static partial Regex SkippingAttribute();

    [GeneratedRegex(Heading + Base, RegexOptions.Multiline)]
    private static partial Regex Class();
}
