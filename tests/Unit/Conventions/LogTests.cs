using System.Text.RegularExpressions;
using Sametime.Tests.Kit.Repository;
using Xunit;

namespace Sametime.Tests.Unit.Conventions;

/// <summary>Log messages can be told apart by number and by name.</summary>
[Trait("Mutation", "No")]
public partial class LogTests
{
    private static readonly string[] Parts = ["Contracts", "Edge", "Hub", "Services", "Federation", "compose"];

    // It says nothing of its own: it hands on what MassTransit says, at another level.
    private const string HandsOn = "Contracts/Broker/Events/BusLogs.cs";

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
            .Where(file => file != HandsOn && DirectCall().IsMatch(File.ReadAllText(Repo.PathOf(file))));
        Assert.Empty(undeclared);
    }

    [Theory]
    [InlineData("_log.LogInformation(\"{Who} came\", who);", true)]
    [InlineData("_log.Log(LogLevel.Error, \"gone\");", true)]
    [InlineData("logger?.Log (level, 7, state, null, format);", true)]
    [InlineData("LoggerExtensions.LogError(_log, failure, \"gone\");", true)]
    [InlineData("LoggerMessage.Define<string>(LogLevel.Error, default, \"{What}\")", true)]
    [InlineData("Serilog.Log.Warning(\"gone\");", true)]
    [InlineData("Log.Fatal(failure, \"gone\");", true)]
    [InlineData("[LoggerMessage(EventId = 1, EventName = \"a\", Level = LogLevel.Warning, Message = \"b\")]", false)]
    [InlineData("LogFailed(_log, failure);", false)]
    [InlineData("store.Log.ReadAsync(range)", false)]
    [InlineData("settings.Get<LogOptions>(\"Log\")", false)]
    public void A_call_is_told_from_a_declaration(string code, bool isCall) => Assert.Equal(isCall, DirectCall().IsMatch(code));

    [GeneratedRegex("""LoggerMessage\(\s*EventId = (\d+),\s*EventName = "([^"]+)""")]
    private static partial Regex Declaration();

    // Also the plain method of ILogger, delegates made by hand, and Serilog's own class.
    [GeneratedRegex(@"\.Log(Trace|Debug|Information|Warning|Error|Critical)?\s*\(|LoggerMessage\.Define|\bLog\.(Verbose|Debug|Information|Warning|Error|Fatal|Write)\s*\(")]
    private static partial Regex DirectCall();
}
