using System.Globalization;

namespace Sametime.Tests.Mutate.Reach;

/// <summary>Which tests come by which mistakes.</summary>
internal sealed class Reached
{
    private const string Everywhere = "*";

    private readonly Dictionary<int, HashSet<(string Program, string Collection)>> _by = [];
    private readonly IReadOnlyList<TestCollection> _collections;

    /// <param name="collections">All tests there are.</param>
    /// <param name="notes">What the switch noted down, line by line, with the program whose tests it was.</param>
    public Reached(IReadOnlyList<TestCollection> collections, IEnumerable<(string Program, string Line)> notes)
    {
        _collections = collections;
        foreach (var (program, line) in notes)
        {
            var parts = line.Split('\t', 2);
            var number = int.Parse(parts[0], CultureInfo.InvariantCulture);
            if (!_by.TryGetValue(number, out var by))
            {
                _by[number] = by = [];
            }

            by.Add((program, CollectionName.Of(parts[1])));
        }
    }

    /// <summary>The tests that can notice the mistake, in the order to run them: those most likely to find it soon first.</summary>
    /// <param name="number">Its number behind the switch.</param>
    /// <param name="file">The file that it is in.</param>
    /// <remarks>
    /// What runs once in a process, such as a static initialiser, and what nobody can be named for may be seen by any test of the program: those
    /// that are known to come by are first then.
    /// </remarks>
    public IReadOnlyList<TestCollection> TestsOf(int number, string file)
    {
        if (!_by.TryGetValue(number, out var by))
        {
            return [];
        }

        var soonest = new Soonest(file);
        return [.. _collections
            .Where(collection => by.Contains((collection.Program, Everywhere)) || by.Contains((collection.Program, collection.Name)))
            .OrderBy(collection => by.Contains((collection.Program, collection.Name)) ? 0 : 1).ThenBy(soonest.Of)];
    }

    /// <summary>All tests, for a mistake that nothing can be noted down of.</summary>
    public IReadOnlyList<TestCollection> AllOf(string file) => [.. _collections.OrderBy(new Soonest(file).Of)];
}
