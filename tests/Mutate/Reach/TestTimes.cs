using System.Globalization;
using System.Xml.Linq;

namespace Sametime.Tests.Mutate.Reach;

/// <summary>Tests that are run together or not at all: a class, or all classes that share a fixture.</summary>
/// <param name="Program">The program they are in.</param>
/// <param name="Name">What the runner calls them.</param>
/// <param name="Classes">Their classes.</param>
/// <param name="Time">How long they took when no mistake was made.</param>
internal sealed record TestCollection(string Program, string Name, IReadOnlyList<string> Classes, TimeSpan Time);

/// <summary>A test that failed.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Collection">What it is run with.</param>
/// <param name="Why">The beginning of what it said.</param>
internal sealed record FailedTest(string Name, TestCollection Collection, string Why);

/// <summary>What a run without mistakes says of the tests: from the report of the runner.</summary>
internal sealed class TestTimes
{
    private readonly Dictionary<string, TimeSpan> _tests = new(StringComparer.Ordinal);

    public TestTimes(string program, XDocument report)
    {
        foreach (var test in report.Descendants("test"))
        {
            _tests[(string)test.Attribute("name")!] = TimeOf(test);
        }

        Collections = [.. report.Descendants("collection").Select(collection => new TestCollection(
            program,
            CollectionName.Of((string)collection.Attribute("name")!),
            [.. collection.Elements("test").Select(test => (string)test.Attribute("type")!).Distinct()],
            TimeOf(collection)))];
        Failed = [.. report.Descendants("test").Where(test => (string?)test.Attribute("result") == "Fail").Select(test => new FailedTest(
            (string)test.Attribute("name")!,
            Collections.First(collection => collection.Name == CollectionName.Of((string)test.Parent!.Attribute("name")!)),
            ((string?)test.Descendants("message").FirstOrDefault() ?? "").Trim().Split('\n')[0]))];
    }

    /// <summary>Collections that were begun and not ended.</summary>
    public static IEnumerable<string> Unended(XDocument report) =>
        report.Descendants("collection").Where(collection => collection.Attribute("time") is null).Select(collection => CollectionName.Of((string)collection.Attribute("name")!));

    public IReadOnlyList<TestCollection> Collections { get; }

    public IReadOnlyList<FailedTest> Failed { get; }

    /// <summary>How long a test took; nothing for one that is not known.</summary>
    public TimeSpan Of(string test) => _tests.GetValueOrDefault(test);

    private static TimeSpan TimeOf(XElement element) =>
        TimeSpan.FromSeconds(double.Parse((string)element.Attribute("time")!, CultureInfo.InvariantCulture));
}
