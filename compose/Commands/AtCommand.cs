using System.CommandLine;
using Sametime.Compose.Extracts;
using Sametime.Compose.Settings;
using Sametime.Contracts.Providers;
using Sametime.Services.Replay;
using Sametime.Services.Replay.Community;
using Sametime.Services.Replay.Targets;

namespace Sametime.Compose.Commands;

/// <summary><c>sametime at TIME</c>: who was online where, and which channels, places and services there were.</summary>
internal static class AtCommand
{
    public static Command Define(SettingOverrides line)
    {
        var time = new Argument<LogPoint?>("TIME") { Description = "A moment, such as 2026-05-06T09:30, or a position of the log", CustomParser = QuestionOptions.ParsePoint };
        var named = new QuestionOptions().Named;
        var json = CommonOptions.Json();
        var data = CommonOptions.Data();
        var command = new Command("at", "Say who was online where at a moment, and which channels, places and services there were.") { time, named, json, data };
        command.SetAction(async (parsed, stop) =>
        {
            using var interruption = new Interruption(stop);
            await using var log = await LogAccess.OpenAsync(parsed.GetRequiredValue(data), line, stop);
            var sandbox = new Sandbox();
            var question = new ReplayQuestion(parsed.GetValue(named) ? EventView.Plain : EventView.Pseudonymous, To: parsed.GetValue(time));
            await using var target = new SandboxTarget(sandbox);
            var statement = await ProgressBar.ShowAsync(writesEvents: false, progress =>
                log.Replay("at", onProgress: progress).RunAsync(question, target, interruption.Token));
            if (statement.IsInterrupted)
            {
                throw new CommandException(ExitCode.Failure, "interrupted before the moment was reached");
            }

            CommunityReport.WriteAll(sandbox, parsed.GetValue(json), Console.Out);
            await Console.Error.WriteLineAsync(parsed.GetValue(json) ? statement.ToJson().ToJsonString() : statement.ToString());
            return ExitCode.Success;
        });
        return command;
    }
}
