using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sametime.Compose.Control;
using Sametime.Compose.Hosting;
using Spectre.Console;

namespace Sametime.Compose.Commands;

/// <summary><c>sametime status</c>: what runs in a data directory and what it does, for people or as JSON.</summary>
internal static class StatusCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Define()
    {
        var data = CommonOptions.Data();
        var json = new Option<bool>("--json") { Description = "One JSON object, by role, with all participants, channels and connections" };
        var collect = new Option<bool>("--collect") { Description = "Collect garbage first, so that managedBytes is the memory in use" };
        var command = new Command("status", "Show what runs in a data folder and what it does.") { data, json, collect };
        command.SetAction(async (parsed, stop) =>
        {
            var directory = new DataDirectory(parsed.GetRequiredValue(data));
            var answers = await StatusClient.AskAllAsync(directory, new StatusQuestion(parsed.GetValue(json), parsed.GetValue(collect)).ToString(), stop);
            if (answers.Count == 0)
            {
                throw new CommandException(ExitCode.NotRunning, $"no server is running in {directory.Path}");
            }

            if (parsed.GetValue(json))
            {
                Console.WriteLine(answers.ToJsonString(Indented));
            }
            else
            {
                Show(answers);
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static void Show(JsonObject answers)
    {
        foreach (var (role, answer) in answers)
        {
            var table = new Table().Title(role).HideHeaders().AddColumns("what", "value");
            foreach (var (part, value) in answer!.AsObject())
            {
                AddRows(table, part, value);
            }

            AnsiConsole.Write(table);
        }
    }

    // Listings are for --json; here an array shows as its length.
    private static void AddRows(Table table, string name, JsonNode? value)
    {
        switch (value)
        {
            case JsonObject fields:
                foreach (var (field, inner) in fields)
                {
                    AddRows(table, $"{name}.{field}", inner);
                }

                break;
            case JsonArray list:
                table.AddRow(Markup.Escape(name), $"{list.Count} listed");
                break;
            default:
                table.AddRow(Markup.Escape(name), Markup.Escape(value?.ToString() ?? "-"));
                break;
        }
    }
}
