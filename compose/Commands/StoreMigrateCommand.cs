using System.CommandLine;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;

namespace Sametime.Compose.Commands;

/// <summary><c>sametime store migrate</c>: brings what an earlier version left up to date.</summary>
internal static class StoreMigrateCommand
{
    public static Command Define(SettingOverrides line)
    {
        var data = CommonOptions.Data();
        var command = new Command("migrate", "Bring the tables of an earlier version up to date, and link what it wrote.") { data };
        command.SetAction(async (parsed, stop) =>
        {
            var folder = new DataDirectory(parsed.GetRequiredValue(data));
            var settings = ServerSettings.Load(folder, line);
            if (!Store.Exists(folder, settings))
            {
                throw new CommandException(ExitCode.NoSuchThing, $"there is no store in {folder.Path}; sametime store init makes one");
            }

            await using var store = await Store.MakeAsync(folder, settings, stop);
            await store.Persons.SealHistoryAsync(stop);
            var linked = await store.Checks.LinkHistoryAsync(stop);
            Console.WriteLine(linked == 0 ? "the tables are up to date, and every event is linked" : $"the tables are up to date, and {linked} events were linked");
            return ExitCode.Success;
        });
        return command;
    }
}
