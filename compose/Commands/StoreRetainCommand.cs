using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Hub;

namespace Sametime.Compose.Commands;

/// <summary><c>sametime store retain</c>: removes recorded events that are past their time, as the section Retention says.</summary>
internal static class StoreRetainCommand
{
    public static Command Define(SettingOverrides line)
    {
        var data = CommonOptions.Data();
        var command = new Command("retain", "Remove recorded events that are past their time, as the settings under Retention say.") { data };
        command.SetAction(async (parsed, stop) =>
        {
            var folder = new DataDirectory(parsed.GetRequiredValue(data));
            var settings = ServerSettings.Load(folder, line);
            if (!Store.Exists(folder, settings))
            {
                throw new CommandException(ExitCode.NoSuchThing, $"there is no store in {folder.Path}");
            }

            await using var store = await Store.OpenAsync(
                folder, settings, new EventSource(settings.Get<HubOptions>("Hub").Number, Incarnation: 0), NullLoggerFactory.Instance, stop);
            try
            {
                var removed = await store.Retention.ApplyAsync(TimeProvider.System.GetUtcNow(), stop);
                foreach (var (kind, before, events) in removed)
                {
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind}: {events} events recorded before {before.UtcDateTime:O} were removed"));
                }

                if (removed.Count == 0)
                {
                    Console.WriteLine("nothing is past its time");
                }
            }
            catch (StoreException failure)
            {
                throw new CommandException(ExitCode.Failure, failure.Message);
            }

            return ExitCode.Success;
        });
        return command;
    }
}
