using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sametime.Compose.Accounts;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;

namespace Sametime.Compose.Commands;

/// <summary><c>sametime user export</c>: what is held on a person, to be handed to him.</summary>
internal static class UserExportCommand
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Define(SettingOverrides line)
    {
        var name = UserCommand.Name();
        var to = new Option<string>("--to") { Description = "File to write, which must not be there yet", HelpName = "FILE", Required = true };
        var data = CommonOptions.Data();
        var command = new Command("export", "Write all that is held on a user into a file, as JSON.") { name, to, data };
        command.SetAction(async (parsed, stop) =>
        {
            var (id, file) = (parsed.GetRequiredValue(name), parsed.GetRequiredValue(to));
            if (File.Exists(file))
            {
                throw new CommandException(ExitCode.Usage, $"{file} is there already");
            }

            await using var book = await PersonBook.OpenAsync(new DataDirectory(parsed.GetRequiredValue(data)), line, stop);
            var held = await book.ExportAsync(id, stop);
            await WriteAsync(file, held.ToJsonString(Readable), stop);
            Console.WriteLine($"user {id} exported to {file}: {held["events"]!.AsArray().Count} events");
            return ExitCode.Success;
        });
        return command;
    }

    // For its owner's eyes only.
    private static async Task WriteAsync(string file, string text, CancellationToken stop)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var writer = new StreamWriter(file, options);
        await writer.WriteLineAsync(text.AsMemory(), stop);
    }
}
