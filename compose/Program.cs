using System.CommandLine;
using System.CommandLine.Parsing;
using Sametime.Compose;
using Sametime.Compose.Commands;
using Sametime.Compose.Settings;
using Sametime.Contracts.Providers;

var line = SettingOverrides.Split(args);
var root = new RootCommand("Sametime: an open community server for presence and instant messaging.")
{
    UpCommand.Define(line),
    EdgeCommand.Define(line),
    HubCommand.Define(line),
    ServicesCommand.Define(line),
    UserCommand.Define(line),
    GroupCommand.Define(line),
    ChatLogCommand.Define(line),
    TokenCommand.Define(line),
    StatusCommand.Define(),
    ResolveCommand.Define(),
    DrainCommand.Define(),
    TopCommand.Define(),
    ConfigCommand.Define(line),
    StoreCommand.Define(line),
    ReplayCommand.Define(line),
    ExportCommand.Define(line),
    AtCommand.Define(line),
    HistoryCommand.Define(line),
};

try
{
    // A name may begin with @, which would else be read as a file of arguments.
    var grammar = new ParserConfiguration { ResponseFileTokenReplacer = null };

    // Without any word the help is the answer; with a wrong one, one line about it.
    var parsed = root.Parse(line.Command.Length > 0 ? line.Command : ["--help"], grammar);

    // Servers take signals themselves: with a time limit of its own, the command line would cut a drain short.
    return parsed.Errors.Count == 0
        ? await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null })
        : throw new CommandException(ExitCode.Usage, $"{parsed.Errors[^1].Message.TrimEnd('.')}; see {PathOf(parsed.CommandResult)} --help");
}
catch (CommandException e)
{
    await Console.Error.WriteLineAsync($"sametime: {e.Message}");
    return e.ExitCode;
}
catch (Exception e) when (e is StoreException or IOException or UnauthorizedAccessException)
{
    // The disk, a file or the store does not do what it should: for the operator to mend, and nothing that a trace would explain.
    await Console.Error.WriteLineAsync($"sametime: {e.Message}");
    return ExitCode.Failure;
}

// The words that lead to a command, e.g. "sametime user add".
static string PathOf(CommandResult command) =>
    command.Parent is CommandResult parent ? $"{PathOf(parent)} {command.Command.Name}" : "sametime";
