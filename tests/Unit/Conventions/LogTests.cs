using System.Text.RegularExpressions;
using Sametime.Tests.Kit.Repository;
using Xunit;

namespace Sametime.Tests.Unit.Conventions;

/// <summary>Log messages can be told apart by number and by name.</summary>
[Trait("Mutation", "No")]
public partial class LogTests
{
    private static readonly string[] Parts = ["Contracts", "Edge", "Hub", "Services", "Federation", "compose"];

    [Fact]
    public void No_two_log_messages_share_a_number_or_a_name()
    {
        var declared = Parts.SelectMany(part => Repo.Files(part, "*.cs"))
            .SelectMany(file => Declaration().Matches(File.ReadAllText(Repo.PathOf(file))))
            .Select(match => (Id: match.Groups[1].Value, Name: match.Groups[2].Value)).ToArray();
        Assert.NotEmpty(declared);
        Assert.Empty(declared.GroupBy(log => log.Id).Where(group => group.Count() > 1).Select(group => string.Join(", ", group)));
        Assert.Empty(declared.GroupBy(log => log.Name).Where(group => group.Count() > 1).Select(group => string.Join(", ", group)));
    }

    [Fact]
    public void Nothing_is_logged_but_by_declared_messages()
    {
        var undeclared = Parts.SelectMany(part => Repo.Files(part, "*.cs"))
            .Where(file => DirectCall().IsMatch(File.ReadAllText(Repo.PathOf(file))));
        Assert.Empty(undeclared);
    }

    [GeneratedRegex("""LoggerMessage\(\s*EventId = (\d+),\s*EventName = "([^"]+)""")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\.Log(Trace|Debug|Information|Warning|Error|Critical)\(")]
    private static partial Regex DirectCall();
}
