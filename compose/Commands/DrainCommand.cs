using System.CommandLine;
using System.Text.Json.Nodes;
using Sametime.Compose.Control;
using Sametime.Compose.Hosting;

namespace Sametime.Compose.Commands;

/// <summary>
/// <c>sametime drain [HUB]</c>: empties the hub of a data folder before it is stopped. Its clients come back by themselves, at other
/// hubs if there are any.
/// </summary>
internal static class DrainCommand
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(1);

    public static Command Define()
    {
        var hub = new Argument<string?>("HUB") { Description = "Name of the hub, to be sure that it is the one", Arity = ArgumentArity.ZeroOrOne };
        var data = CommonOptions.Data();
        var now = new Option<bool>("--now") { Description = "Send all away at once instead of over Hub:DrainWindow" };
        var command = new Command("drain", "Send all users of a hub to other hubs, so that it can be stopped.") { hub, data, now };
        command.SetAction(async (parsed, stop) =>
        {
            var directory = new DataDirectory(parsed.GetRequiredValue(data));
            var role = await FindAsync(directory, parsed.GetValue(hub), stop);
            var question = new DrainQuestion(parsed.GetValue(now) ? TimeSpan.Zero : null);
            await WatchAsync(directory, role, question, stop);
            Console.WriteLine("drained; it lets nobody in until it is started again");
            return ExitCode.Success;
        });
        return command;
    }

    // The process of the data folder that has a hub.
    private static async Task<string> FindAsync(DataDirectory data, string? name, CancellationToken stop)
    {
        var answers = await StatusClient.AskAllAsync(data, new StatusQuestion().ToString(), stop);
        var (role, answer) = answers.FirstOrDefault(process => process.Value!["hub"] is not null);
        if (role is null)
        {
            throw new CommandException(ExitCode.NotRunning, $"no hub is running in {data.Path}");
        }

        var found = (string)answer!["hub"]!["name"]!;
        return name is null || name == found ? role : throw new CommandException(ExitCode.NoSuchThing, $"the hub in {data.Path} is {found}, not {name}");
    }

    private static async Task WatchAsync(DataDirectory data, string role, DrainQuestion question, CancellationToken stop)
    {
        var progress = await StatusClient.AskAsync(data, role, question.ToString(), stop);
        using var timer = new PeriodicTimer(ProgressInterval);
        while (Left(progress) is var left && left > 0)
        {
            Console.WriteLine($"{left} of {progress!["logins"]} logins left");
            await timer.WaitForNextTickAsync(stop);
            progress = (await StatusClient.AskAsync(data, role, new StatusQuestion().ToString(), stop))?["hub"]?["draining"];
        }
    }

    private static int Left(JsonNode? progress) => progress?["left"]?.GetValue<int>()
        ?? throw new CommandException(ExitCode.NotRunning, "the hub ended before it was drained");
}
