using System.CommandLine;
using Sametime.Compose.ChatLog;
using Sametime.Compose.Settings;

namespace Sametime.Compose.Commands;

/// <summary><c>sametime chatlog verify</c>: whether everything that was captured is there.</summary>
internal static class ChatLogVerifyCommand
{
    public static Command Define(SettingOverrides line)
    {
        var data = CommonOptions.Data();
        var command = new Command("verify", "Check that no captured line is missing; one line a finding.") { data };
        command.SetAction(async (parsed, stop) =>
        {
            await using var access = await ChatLogAccess.OpenAsync(parsed.GetRequiredValue(data), line, stop);
            var gaps = await access.Store.ChatLines.FindGapsAsync(stop);
            foreach (var gap in gaps)
            {
                Console.WriteLine($"{gap.Stream}: {gap.To - gap.From + 1} facts are missing, number {gap.From} to {gap.To}");
            }

            if (gaps.Count > 0)
            {
                throw new CommandException(ExitCode.Failure, $"the log of conversations is not whole: {gaps.Count} {(gaps.Count == 1 ? "finding" : "findings")}");
            }

            Console.WriteLine("the log of conversations is whole");
            return ExitCode.Success;
        });
        return command;
    }
}
