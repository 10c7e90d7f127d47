using System.CommandLine;
using System.CommandLine.Parsing;
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
    // Without any word the help is the answer; with a wrong one, one line about it.
    var parsed = root.Parse(line.Command.Length > 0 ? line.Command : ["--help"]);
    return parsed.Errors.Count == 0
        ? await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false })
        : throw new CommandException(ExitCode.Usage, $"{parsed.Errors[^1].Message.TrimEnd('.')}; see {PathOf(parsed.CommandResult)} --help");
}
catch (CommandException e)
{
    await Console.Error.WriteLineAsync($"sametime: {e.Message}");
    return e.ExitCode;
}

// The words that lead to a command, e.g. "sametime user add".
static string PathOf(CommandResult command) =>
    command.Parent is CommandResult parent ? $"{PathOf(parent)} {command.Command.Name}" : "sametime";
