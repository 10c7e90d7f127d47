using System.Text.RegularExpressions;
using Sametime.Tests.Kit.Repository;
using Xunit;

namespace Sametime.Tests.Unit.Mutation;

/// <summary>Tests that tell nothing about a mistake, or cannot run without servers, say so themselves.</summary>
[Trait("Mutation", "No")]
public sealed partial class LeftOutTests
{
    private static readonly string[] Folders = ["tests/Unit", "tests/Contract"];

    /// <summary>The switch takes memory and stands in the sources: both would be found fault with instead of the mistake.</summary>
    [Fact]
    public void A_test_that_counts_allocations_or_reads_sources_is_left_out_of_mutation()
    {
        var counting = Files().Where(file => CountsOrReads().IsMatch(file.Text)).ToArray();
        Assert.NotEmpty(counting);
        Assert.Empty(counting.Where(file => !file.Text.Contains("""[Trait("Mutation", "No")]""", StringComparison.Ordinal)).Select(file => file.Name));
    }

    [Fact]
    public void A_test_that_needs_servers_says_so()
    {
        var needing = Files().Where(file => NeedsServers().IsMatch(file.Text)).ToArray();
        Assert.NotEmpty(needing);
        Assert.Empty(needing.Where(file => !file.Text.Contains("""[Trait("Needs", "Servers")]""", StringComparison.Ordinal)).Select(file => file.Name));
    }

    private static IEnumerable<(string Name, string Text)> Files() =>
        Folders.SelectMany(folder => Repo.Files(folder, "*Tests.cs")).Select(file => (file, File.ReadAllText(Repo.PathOf(file))));

    [GeneratedRegex("""GetAllocatedBytesForCurrentThread|Repo\.Files\(""")]
    private static partial Regex CountsOrReads();

    [GeneratedRegex(@"\b(TestServices\.|PostgresSchema\b|OwnServices\b|LdapSetup\.|BrokerCarrier\()")]
    private static partial Regex NeedsServers();
}
