using System.Text.RegularExpressions;
using Sametime.Tests.Kit.Repository;
using Xunit;

namespace Sametime.Tests.Unit.Conventions;

/// <summary>What the documents say about the tree is true of the tree.</summary>
[Trait("Mutation", "No")]
public partial class DocumentTests
{
    private const int LinesWithoutReason = 500;

    [Fact]
    public void Every_link_between_documents_leads_somewhere()
    {
        foreach (var file in Documents())
        {
            var folder = Path.GetDirectoryName(Repo.PathOf(file))!;
            foreach (Match link in Link().Matches(File.ReadAllText(Repo.PathOf(file))))
            {
                var target = link.Groups[1].Value;
                if (!target.Contains("://", StringComparison.Ordinal))
                {
                    Assert.True(Path.Exists(Path.Combine(folder, target.Split('#')[0])), $"{file} links to {target}");
                }
            }
        }
    }

    [Fact]
    public void Every_path_that_the_map_names_exists()
    {
        var map = File.ReadAllText(Repo.PathOf("ARCHITECTURE.md"));
        var named = CodePath().Matches(map).Select(m => m.Groups[1].Value).Distinct().ToArray();
        Assert.NotEmpty(named);
        Assert.All(named, path => Assert.True(Path.Exists(Repo.PathOf(path)), $"ARCHITECTURE.md names {path}"));
    }

    [Fact]
    public void A_long_file_says_why_it_is_long()
    {
        foreach (var file in Repo.Files(".", "*.cs"))
        {
            var lines = File.ReadLines(Repo.PathOf(file)).ToArray();
            Assert.True(lines.Length <= LinesWithoutReason || lines[0].StartsWith("// Long because", StringComparison.Ordinal), $"{file} has {lines.Length} lines");
        }
    }

    [Fact]
    public void The_tree_names_no_machine()
    {
        string[] places = ["/" + "work/", "/" + "root/", "/" + "home/"];
        foreach (var file in Repo.Files(".", "*.cs").Concat(Documents()))
        {
            var text = File.ReadAllText(Repo.PathOf(file));
            Assert.All(places, place => Assert.False(text.Contains(place, StringComparison.Ordinal), $"{file} names {place}"));
        }
    }

    private static IEnumerable<string> Documents() => Repo.Files(".", "*.md").Where(file => !file.StartsWith('.'));

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`((?:Contracts|Edge|Hub|Services|Federation|compose|tests|docs)/[A-Za-z/.]+?)/?`")]
    private static partial Regex CodePath();
}
