using System.CommandLine;
using Sametime.Compose;
using Sametime.Compose.Commands;
using Sametime.Compose.Settings;

var line = SettingOverrides.Split(args);
var root = new RootCommand("Sametime: an open community server for presence and instant messaging.")
{
    UpCommand.Define(line),
    EdgeCommand.Define(line),
    HubCommand.Define(line),
    ServicesCommand.Define(line),
    UserCommand.Define(line),
    GroupCommand.Define(line),
    StatusCommand.Define(),
    ConfigCommand.Define(line),
};

try
{
    var parsed = root.Parse(line.Command);
    var exitCode = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    return parsed.Errors.Count > 0 ? ExitCode.Usage : exitCode;
}
catch (CommandException e)
{
    await Console.Error.WriteLineAsync($"sametime: {e.Message}");
    return e.ExitCode;
}
