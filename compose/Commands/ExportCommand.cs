using System.CommandLine;
using Sametime.Compose.Extracts;
using Sametime.Compose.Settings;
using Sametime.Services.Replay;
using Sametime.Services.Replay.Targets;

namespace Sametime.Compose.Commands;

/// <summary>
/// <c>sametime export</c>: recorded events as a file for other tools, under pseudonyms unless names are asked for. The file gets its name when
/// it is whole; beside it lies the statement of its completeness.
/// </summary>
internal static class ExportCommand
{
    private const string JsonLines = "jsonl";
    private const string Csv = "csv";
    private const string Parquet = "parquet";

    public static Command Define(SettingOverrides line)
    {
        var question = new QuestionOptions();
        var format = new Option<string>("--format") { Description = "What the file is to be", HelpName = "jsonl|csv|parquet", Required = true };
        format.AcceptOnlyFromAmong(JsonLines, Csv, Parquet);
        var into = new Option<string>("--into") { Description = "The file; one that is there is replaced", HelpName = "FILE", Required = true };
        var data = CommonOptions.Data();
        var command = new Command("export", "Write recorded events to a file, under pseudonyms unless --named.") { format, into, data };
        foreach (var option in question.All)
        {
            command.Add(option);
        }

        command.SetAction(async (parsed, stop) =>
        {
            using var interruption = new Interruption(stop);
            await using var log = await LogAccess.OpenAsync(parsed.GetRequiredValue(data), line, stop);
            var file = new ExtractFile(parsed.GetRequiredValue(into));
            var options = log.Settings.Get<ReplayOptions>("Replay");
            var statement = await file.WriteAsync(
                async output => parsed.GetRequiredValue(format) switch
                {
                    Csv => new CsvTarget(output),
                    Parquet => await ParquetTarget.CreateAsync(output, options, interruption.Token),
                    _ => new JsonLinesTarget(output),
                },
                target => ProgressBar.ShowAsync(writesEvents: false, progress =>
                    log.Replay("export", onProgress: progress).RunAsync(question.Read(parsed), target, interruption.Token)));
            if (statement.IsInterrupted)
            {
                throw new CommandException(ExitCode.Failure, $"the export was interrupted, and {file.Path} was not written");
            }

            Console.WriteLine($"{statement.Events} events in {file.Path}, {(statement.IsComplete ? "complete" : "NOT complete")}: see {file.StatementPath}");
            return ExitCode.Success;
        });
        return command;
    }
}
