using Sametime.Services.Replay;
using Spectre.Console;

namespace Sametime.Compose.Extracts;

/// <summary>Shows on standard error how far a replay is, when a person looks at it and it is not what the events are written to.</summary>
internal static class ProgressBar
{
    public static async Task<T> ShowAsync<T>(bool writesEvents, Func<Action<ReplayProgress>?, Task<T>> run)
    {
        if (Console.IsErrorRedirected || (writesEvents && !Console.IsOutputRedirected))
        {
            return await run(null);
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context =>
            {
                var bar = context.AddTask("0 events");
                return run(progress =>
                {
                    var (after, to) = (progress.Range.After, progress.Range.To);
                    bar.Value = to > after ? 100.0 * (progress.Position - after) / (to - after) : 100;
                    bar.Description = $"{progress.Events} events";
                });
            });
    }
}
