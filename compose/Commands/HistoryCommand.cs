using System.CommandLine;
using Sametime.Compose.Extracts;
using Sametime.Compose.Settings;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Replay;
using Sametime.Services.Replay.Targets;

namespace Sametime.Compose.Commands;

/// <summary><c>sametime history USER</c>: a user's logins, statuses and conversations, without what was said.</summary>
internal static class HistoryCommand
{
    public static Command Define(SettingOverrides line)
    {
        var user = new Argument<string>("USER") { Description = "The user's id" };
        var question = new QuestionOptions();
        var named = new Option<bool>("--named") { Description = "Name the others, too, instead of their logins" };
        var json = CommonOptions.Json();
        var data = CommonOptions.Data();
        var command = new Command("history", "Tell a user's logins, statuses and conversations, without what was said.")
        {
            user, question.From, question.To, named, json, data,
        };
        command.SetAction(async (parsed, stop) =>
        {
            using var interruption = new Interruption(stop);
            await using var log = await LogAccess.OpenAsync(parsed.GetRequiredValue(data), line, stop);
            var who = parsed.GetRequiredValue(user);

            // Who asks names the user, so he may see him; the others he sees when he says so.
            var asked = new ReplayQuestion(EventView.Plain, parsed.GetValue(question.From), parsed.GetValue(question.To)) { Users = [who] };
            await using var target = new HistoryTarget(new UserHistory(new UserId(who), parsed.GetValue(named)), Console.Out, parsed.GetValue(json));
            var statement = await ProgressBar.ShowAsync(writesEvents: true, progress =>
                log.Replay("history", onProgress: progress).RunAsync(asked, target, interruption.Token));
            await Console.Error.WriteLineAsync(parsed.GetValue(json) ? statement.ToJson().ToJsonString() : statement.ToString());
            return ExitCode.Success;
        });
        return command;
    }
}
