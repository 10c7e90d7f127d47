using System.CommandLine;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;

namespace Sametime.Compose.Commands;

/// <summary><c>sametime store init</c>: makes the store key and the tables where they are missing.</summary>
internal static class StoreInitCommand
{
    public static Command Define(SettingOverrides line)
    {
        var data = CommonOptions.Data();
        var command = new Command("init", "Make the store: its key, its schema and its tables, where they are missing.") { data };
        command.SetAction(async (parsed, stop) =>
        {
            var folder = new DataDirectory(parsed.GetRequiredValue(data));
            folder.Create();
            var settings = ServerSettings.Load(folder, line);
            var isNew = !File.Exists(StoreKeyFile.PathOf(folder, settings));
            StoreKeyFile.Make(folder, settings);
            await using var store = await Store.MakeAsync(folder, settings, stop);
            Console.WriteLine(isNew
                ? $"the store is ready; its key is {StoreKeyFile.PathOf(folder, settings)}: keep a copy apart from those of the store"
                : "the store is ready");
            return ExitCode.Success;
        });
        return command;
    }
}
