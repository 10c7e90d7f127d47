using System.Globalization;
using System.Text.RegularExpressions;
using Sametime.Tests.Mutate.Copy;

namespace Sametime.Tests.Mutate.Choosing;

/// <summary>The lines that are not as they were in a commit.</summary>
internal sealed partial class ChangedLines
{
    private readonly Dictionary<string, List<(int First, int Last)>> _lines = new(StringComparer.Ordinal);

    /// <summary>From `git diff -U0`, and files that are new and unknown to git.</summary>
    public ChangedLines(IEnumerable<string> difference, IEnumerable<string> unknown)
    {
        var file = "";
        foreach (var line in difference)
        {
            if (line.StartsWith("+++ b/", StringComparison.Ordinal))
            {
                file = line["+++ b/".Length..].TrimEnd('\t');
            }
            else if (Hunk().Match(line) is { Success: true } hunk)
            {
                var first = int.Parse(hunk.Groups[1].Value, CultureInfo.InvariantCulture);
                var count = hunk.Groups[2].Success ? int.Parse(hunk.Groups[2].Value, CultureInfo.InvariantCulture) : 1;
                Of(file).Add((first, first + count - 1));
            }
        }

        foreach (var name in unknown)
        {
            Of(name).Add((1, int.MaxValue));
        }
    }

    public static async Task<ChangedLines> SinceAsync(string root, string commit, CancellationToken stop) => new(
        await Git.LinesAsync(root, ["diff", "-U0", "--no-color", "--no-ext-diff", commit, "--", "*.cs"], stop),
        await Git.LinesAsync(root, ["ls-files", "--others", "--exclude-standard", "--", "*.cs"], stop));

    public bool Has(string file, int line) =>
        _lines.TryGetValue(file, out var ranges) && ranges.Any(range => range.First <= line && line <= range.Last);

    private List<(int First, int Last)> Of(string file) => _lines.TryGetValue(file, out var ranges) ? ranges : _lines[file] = [];

    [GeneratedRegex(@"^@@ -\S+ \+(\d+)(?:,(\d+))? @@")]
    private static partial Regex Hunk();
}
