using System.Text.RegularExpressions;

namespace Sametime.Tests.Mutate.Reach;

/// <summary>
/// In which order tests are run, so that one which notices a mistake comes early: what takes little time first, and what is named like the
/// file that the mistake is in before what is named after something else, though it take several times as long.
/// </summary>
/// <param name="file">The file, from the root of the tree.</param>
internal sealed partial class Soonest(string file)
{
    /// <summary>How many times as long those may take that share one more word of their name with the file.</summary>
    private const double WorthOfAWord = 40;

    private readonly HashSet<string> _words = [.. WordsOf(file)];

    /// <summary>What is smaller comes earlier.</summary>
    public double Of(TestCollection collection) => collection.Time.TotalSeconds / Math.Pow(WorthOfAWord, collection.Classes.Max(Shared));

    private int Shared(string name) => WordsOf(name).Distinct().Count(_words.Contains);

    // Of Hub/Channels/ChannelTable.cs, and of a class and its namespace: Hub, Channel, Table.
    private static IEnumerable<string> WordsOf(string name) => Word().Matches(name).Select(match => match.Value.TrimEnd('s'));

    [GeneratedRegex("[A-Z][a-z]+")]
    private static partial Regex Word();
}
