using Sametime.Tests.Kit.Repository;

namespace Sametime.Tests.Cluster;

/// <summary>What docs/analysts.md shows.</summary>
internal static class AnalystsDocument
{
    /// <summary>The SQL of its example for DuckDB.</summary>
    public static string DuckDbExample()
    {
        var text = File.ReadAllText(Path.Combine(Repo.Root, "docs", "analysts.md"));
        var section = text[text.IndexOf("## Without a database", StringComparison.Ordinal)..];
        var begin = section.IndexOf("```sql\n", StringComparison.Ordinal) + "```sql\n".Length;
        return section[begin..section.IndexOf("```", begin, StringComparison.Ordinal)];
    }
}
