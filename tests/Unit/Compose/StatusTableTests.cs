using System.Text.Json.Nodes;
using Sametime.Compose.Commands;
using Spectre.Console;
using Spectre.Console.Rendering;
using Xunit;

namespace Sametime.Tests.Unit.Compose;

public sealed class StatusTableTests
{
    private static readonly JsonObject Earlier = Answer(users: 5);

    [Fact]
    public void One_answer_is_shown_as_it_is() =>
        Assert.Equal(["counters.users 5", "hubs north, south", "logins 2 listed", "name -"], Rows(StatusTable.Of(Earlier)));

    [Fact]
    public void Two_answers_show_what_changed_a_second()
    {
        Assert.Equal(
            ["counters.users 25 +2", "hubs north, south", "logins 2 listed", "name -"], Rows(StatusTable.Of(Answer(users: 25), Earlier, TimeSpan.FromSeconds(10))));
        Assert.Contains("counters.users 0 -0.5", Rows(StatusTable.Of(Answer(users: 0), Earlier, TimeSpan.FromSeconds(10))));
        Assert.Contains("counters.users 5", Rows(StatusTable.Of(Answer(users: 5), Earlier, TimeSpan.FromSeconds(10))));
    }

    private static JsonObject Answer(int users) => JsonNode.Parse($$"""
        { "hub": { "counters": { "users": {{users}} }, "hubs": ["north", "south"], "logins": [{}, {}], "name": null } }
        """)!.AsObject();

    // The cells of each row, without what frames them.
    private static List<string> Rows(IRenderable shown)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = 200;
        console.Write(shown);
        return [.. text.ToString().Split('\n').Where(line => line.Contains('│', StringComparison.Ordinal))
            .Select(line => string.Join(' ', line.Split('│', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))];
    }
}
