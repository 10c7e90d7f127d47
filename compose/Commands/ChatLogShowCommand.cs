using System.CommandLine;
using System.CommandLine.Parsing;
using Sametime.Compose.ChatLog;
using Sametime.Compose.Settings;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Replay;

namespace Sametime.Compose.Commands;

/// <summary><c>sametime chatlog show</c>: what was said, page by page. Each page that is read is stated in the log.</summary>
internal static class ChatLogShowCommand
{
    public static Command Define(SettingOverrides line)
    {
        var user = Text("--user", "USER", "Said by or to this user");
        var with = Text("--with", "USER", "The other one of the conversation; together with --user");
        var from = Time("--from", "At this time or later");
        var to = Time("--to", "Before this time");
        var text = Text("--text", "TEXT", "Lines that hold this text");
        var place = Text("--place", "PLACE", "Said in this place");
        var conversation = Text("--conversation", "ID", "Of this conversation, as the marks and --json name it");
        var json = new Option<bool>("--json") { Description = "One JSON object a line" };
        var data = CommonOptions.Data();
        var command = new Command("show", "Show what was said, in order; that you looked is written down.")
        {
            user, with, from, to, text, place, conversation, json, data,
        };
        command.Validators.Add(parsed =>
        {
            if (!string.IsNullOrEmpty(parsed.GetValue(with)) && string.IsNullOrEmpty(parsed.GetValue(user)))
            {
                parsed.AddError("--with needs --user");
            }
        });
        command.SetAction(async (parsed, stop) =>
        {
            await using var access = await ChatLogAccess.OpenAsync(parsed.GetRequiredValue(data), line, stop);
            var query = new ChatLogQuery
            {
                User = new UserId(parsed.GetRequiredValue(user)),
                With = new UserId(parsed.GetRequiredValue(with)),
                From = parsed.GetValue(from) ?? DateTimeOffset.MinValue,
                To = parsed.GetValue(to) ?? DateTimeOffset.MaxValue,
                Text = parsed.GetRequiredValue(text),
                Place = parsed.GetRequiredValue(place),
                Conversation = parsed.GetRequiredValue(conversation),
            };
            for (ChatLogPage? page = null; page is not { Next: null }; query = query with { After = page.Next })
            {
                page = await access.Store.ChatLog.FindAsync(query, ChatLogAccess.Actor, stop);
                foreach (var entry in page.Entries)
                {
                    Console.WriteLine(parsed.GetValue(json) ? ChatLogText.AsJson(entry) : ChatLogText.ForPeople(entry));
                }
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static Option<string> Text(string name, string value, string description) =>
        new(name) { Description = description, HelpName = value, DefaultValueFactory = _ => "" };

    private static Option<DateTimeOffset?> Time(string name, string description) => new(name) { Description = description, HelpName = "TIME", CustomParser = ParseTime };

    private static DateTimeOffset? ParseTime(ArgumentResult argument)
    {
        if (LogTime.TryParse(argument.Tokens[0].Value, out var time))
        {
            return time;
        }

        argument.AddError($"'{argument.Tokens[0].Value}' is no time such as 2026-05-06T09:30");
        return null;
    }
}
