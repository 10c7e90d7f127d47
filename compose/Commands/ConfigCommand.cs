using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;

namespace Sametime.Compose.Commands;

/// <summary><c>sametime config check</c>: reads all settings as a server would and says what is wrong with them.</summary>
internal static class ConfigCommand
{
    public static Command Define(SettingOverrides line)
    {
        var data = CommonOptions.Data();
        var check = new Command("check", "Read all settings and say what is wrong with them.") { data };
        check.SetAction(parsed =>
        {
            var settings = ServerSettings.Read(new DataDirectory(parsed.GetRequiredValue(data)), line);
            var faults = settings.Faults().ToArray();
            foreach (var fault in faults)
            {
                Console.Error.WriteLine($"sametime: {fault}");
            }

            var set = settings.Configuration.AsEnumerable().Count(pair => pair.Value is not null);
            Console.WriteLine(faults.Length == 0 ? $"{set} settings are set, all of them are good" : $"{faults.Length} of {set} settings are wrong");
            return faults.Length == 0 ? ExitCode.Success : ExitCode.Usage;
        });
        return new Command("config", "Look at the settings.") { check };
    }
}
