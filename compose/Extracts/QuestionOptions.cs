using System.CommandLine;
using System.CommandLine.Parsing;
using Sametime.Contracts.Providers;
using Sametime.Services.Replay;

namespace Sametime.Compose.Extracts;

/// <summary>The options by which a command is told what part of the log it is about.</summary>
internal sealed class QuestionOptions
{
    public Option<LogPoint?> From { get; } = Point("--from", "First moment or position (default: the beginning)");

    public Option<LogPoint?> To { get; } = Point("--to", "Last moment or position (default: the end, as it is now)");

    public Option<string[]> Kinds { get; } = Several("--kind", "Beginning of event names, such as community or chat.line-captured", "KIND");

    public Option<string[]> Users { get; } = Several("--user", "A user's id, or the opaque id that stands for him", "USER");

    public Option<string[]> Places { get; } = Several("--place", "Name of a place", "PLACE");

    public Option<ushort[]> Hubs { get; } = new("--hub")
    {
        Description = "Number of the hub that stated it",
        HelpName = "N",
        DefaultValueFactory = _ => [],
    };

    public Option<bool> Named { get; } = new("--named") { Description = "Show who people are and what they wrote, instead of pseudonyms; the log says that you did" };

    public IEnumerable<Option> All => [From, To, Kinds, Users, Places, Hubs, Named];

    /// <summary>What was asked for.</summary>
    public ReplayQuestion Read(ParseResult parsed) => new(
        parsed.GetValue(Named) ? EventView.Plain : EventView.Pseudonymous, parsed.GetValue(From), parsed.GetValue(To))
    {
        Kinds = parsed.GetRequiredValue(Kinds),
        Users = parsed.GetRequiredValue(Users),
        Places = parsed.GetRequiredValue(Places),
        Hubs = parsed.GetRequiredValue(Hubs),
    };

    /// <summary>Reads a moment or a position.</summary>
    public static LogPoint? ParsePoint(ArgumentResult argument)
    {
        if (LogPoint.TryParse(argument.Tokens[0].Value, out var point))
        {
            return point;
        }

        argument.AddError($"'{argument.Tokens[0].Value}' is neither a moment, such as 2026-05-06T09:30, nor a position");
        return null;
    }

    private static Option<LogPoint?> Point(string name, string description) =>
        new(name) { Description = description, HelpName = "TIME|POSITION", CustomParser = ParsePoint };

    private static Option<string[]> Several(string name, string description, string value) =>
        new(name) { Description = description + "; may be given several times", HelpName = value, DefaultValueFactory = _ => [] };
}
