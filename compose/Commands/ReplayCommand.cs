using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Sametime.Broker;
using Sametime.Broker.Events;
using Sametime.Compose.Extracts;
using Sametime.Compose.Settings;
using Sametime.Services.Replay;
using Sametime.Services.Replay.Community;
using Sametime.Services.Replay.Targets;

namespace Sametime.Compose.Commands;

/// <summary>
/// <c>sametime replay</c>: recorded events once more, to standard output, into a sandbox, or onto a fresh exchange of the broker; never to
/// anybody who is logged in. Its statement of completeness goes to standard error.
/// </summary>
internal static class ReplayCommand
{
    private const string ToOutput = "stdout";
    private const string ToSandbox = "sandbox";
    private const string ToExchange = "exchange";

    public static Command Define(SettingOverrides line)
    {
        var question = new QuestionOptions();
        var speed = new Option<double>("--speed")
        {
            Description = "How many times faster than it happened, or max (default)",
            HelpName = "N|max",
            CustomParser = ParseSpeed,
            DefaultValueFactory = _ => double.PositiveInfinity,
        };
        var into = new Option<string>("--into") { Description = "Where the events go (default: stdout)", HelpName = "stdout|sandbox|exchange", DefaultValueFactory = _ => ToOutput };
        into.AcceptOnlyFromAmong(ToOutput, ToSandbox, ToExchange);
        var after = new Option<long>("--after") { Description = "Go on after this position, where a replay was interrupted", HelpName = "POSITION" };
        var bookmark = new Option<string?>("--bookmark") { Description = "File in which the place is kept, so that the same command goes on where it was", HelpName = "FILE" };
        var json = CommonOptions.Json();
        var data = CommonOptions.Data();
        var command = new Command("replay", "Give out recorded events again: as JSON lines, into a sandbox, or on a fresh exchange of the broker.")
        {
            into, speed, after, bookmark, json, data,
        };
        foreach (var option in question.All)
        {
            command.Add(option);
        }

        command.SetAction(async (parsed, stop) =>
        {
            using var interruption = new Interruption(stop);
            await using var log = await LogAccess.OpenAsync(parsed.GetRequiredValue(data), line, stop);
            var asked = question.Read(parsed) with { After = parsed.GetValue(after) };
            var (place, target) = (parsed.GetRequiredValue(into), new Target(log.Settings));
            var kept = OpenBookmark(parsed.GetValue(bookmark), $"{place}: {asked with { After = 0 }}", place == ToExchange ? target.NewExchange : static () => null);
            await using var taking = await target.OpenAsync(place, kept?.Target, interruption.Token);
            var statement = await ProgressBar.ShowAsync(place == ToOutput, progress =>
                log.Replay("replay", Pace(parsed.GetValue(speed)), kept, progress).RunAsync(asked, taking, interruption.Token));
            if (target.Sandbox is { } sandbox)
            {
                CommunityReport.WriteSummary(sandbox, parsed.GetValue(json), Console.Out);
            }

            await Console.Error.WriteLineAsync(parsed.GetValue(json) ? statement.ToJson().ToJsonString() : statement.ToString());
            return statement.Failure is null ? ExitCode.Success : ExitCode.Failure;
        });
        return command;
    }

    private static Bookmark? OpenBookmark(string? file, string question, Func<string?> target)
    {
        try
        {
            return file is null ? null : Bookmark.Open(file, question, target);
        }
        catch (InvalidDataException e)
        {
            throw new CommandException(ExitCode.Usage, e.Message);
        }
    }

    // The fastest is no pace at all.
    private static double? Pace(double speed) => double.IsPositiveInfinity(speed) ? null : speed;

    private static double ParseSpeed(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (text == "max")
        {
            return double.PositiveInfinity;
        }

        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var speed) && speed > 0)
        {
            return speed;
        }

        argument.AddError($"'{text}' is no speed: a number above 0, or max");
        return double.PositiveInfinity;
    }

    /// <summary>What the events go into.</summary>
    private sealed class Target(ServerSettings settings)
    {
        private readonly BrokerOptions _broker = settings.Get<BrokerOptions>("Broker");

        /// <summary>The community that they were folded into, if they were.</summary>
        public Sandbox? Sandbox { get; private set; }

        public string NewExchange() => ReplayExchange.NewName(_broker, TimeProvider.System);

        public async Task<IReplayTarget> OpenAsync(string place, string? exchange, CancellationToken stop) => place switch
        {
            ToSandbox => new SandboxTarget(Sandbox = new Sandbox()),
            ToExchange => await OpenExchangeAsync(exchange ?? NewExchange(), stop),
            _ => new JsonLinesTarget(Console.OpenStandardOutput()),
        };

        private async Task<IReplayTarget> OpenExchangeAsync(string name, CancellationToken stop)
        {
            if (_broker.Uri.Length == 0)
            {
                throw new CommandException(ExitCode.Usage, "no broker is set: Broker:Uri says where it is");
            }

            try
            {
                var exchange = await ReplayExchange.OpenAsync(_broker, settings.Get<ReplayExchangeOptions>("Replay:Exchange"), name, stop);
                Console.WriteLine($"exchange and queue {exchange.Name}");
                return new ExchangeTarget(exchange);
            }
            catch (ReplayExchangeException e)
            {
                throw new CommandException(ExitCode.Failure, e.Message);
            }
        }
    }
}
