using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sametime.Compose.Control;
using Sametime.Compose.Hosting;
using Spectre.Console;

namespace Sametime.Compose.Commands;

/// <summary><c>sametime status</c>: what runs in a data directory and what it does, once or again and again, for people or as JSON.</summary>
internal static class StatusCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(1);

    public static Command Define()
    {
        var data = CommonOptions.Data();
        var json = new Option<bool>("--json") { Description = "One JSON object, by role, with all participants, channels and connections" };
        var collect = new Option<bool>("--collect") { Description = "Collect garbage first, so that managedBytes is the memory in use" };
        var watch = new Option<bool>("--watch") { Description = "Show it again every second, with what changed a second, until Ctrl-C" };
        var command = new Command("status", "Show what runs in a data folder and what it does.") { data, json, collect, watch };
        command.SetAction(async (parsed, stop) =>
        {
            var directory = new DataDirectory(parsed.GetRequiredValue(data));
            var question = new StatusQuestion(parsed.GetValue(json), parsed.GetValue(collect)).ToString();
            if (parsed.GetValue(watch))
            {
                await WatchAsync(directory, question, parsed.GetValue(json), stop);
                return ExitCode.Success;
            }

            var answers = await AskAsync(directory, question, stop);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(answers.ToJsonString(Indented));
            }
            else
            {
                AnsiConsole.Write(StatusTable.Of(answers));
            }

            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>What every process of a data directory says; at least one answers.</summary>
    public static async Task<JsonObject> AskAsync(DataDirectory directory, string question, CancellationToken stop)
    {
        var answers = await StatusClient.AskAllAsync(directory, question, stop);
        return answers.Count > 0 ? answers : throw new CommandException(ExitCode.NotRunning, $"no server is running in {directory.Path}");
    }

    // JSON goes out as one line each second, for programs; people get one table that is drawn anew in its place.
    private static async Task WatchAsync(DataDirectory directory, string question, bool asJson, CancellationToken stop)
    {
        var before = await AskAsync(directory, question, stop);
        using var clock = new PeriodicTimer(WatchInterval);
        await Live(async show =>
        {
            while (await TickAsync(clock, stop))
            {
                var now = await AskAsync(directory, question, stop);
                show(now, before);
                before = now;
            }
        });

        Task Live(Func<Action<JsonObject, JsonObject>, Task> watching) => asJson
            ? watching(static (now, _) => Console.WriteLine(now.ToJsonString()))
            : AnsiConsole.Live(StatusTable.Of(before)).StartAsync(live => watching((now, earlier) => live.UpdateTarget(StatusTable.Of(now, earlier, WatchInterval))));
    }

    private static async Task<bool> TickAsync(PeriodicTimer clock, CancellationToken stop)
    {
        try
        {
            return await clock.WaitForNextTickAsync(stop);
        }
        catch (OperationCanceledException)
        {
            return false; // Ctrl-C: seen enough
        }
    }
}
