using System.CommandLine;
using Sametime.Compose;
using Spectre.Console;
using Xunit;

namespace Sametime.Tests.Unit.Compose;

/// <summary>A command that somebody types. It takes the console of the process, see <see cref="WholeProcess"/>.</summary>
internal static class CommandRun
{
    /// <summary>What it writes to standard output, without the last end of a line; it must succeed.</summary>
    /// <param name="folder">The data folder that it is about.</param>
    /// <param name="words">The command and its arguments.</param>
    /// <param name="commands">Commands that there are.</param>
    public static async Task<string> SaidAsync(string folder, string[] words, params Command[] commands)
    {
        var root = new RootCommand();
        Array.ForEach(commands, root.Add);
        var (before, tables) = (Console.Out, AnsiConsole.Console);
        await using var output = new StringWriter { NewLine = "\n" };
        Console.SetOut(output);

        // What draws tables keeps the output that it finds first, and would write to this one for ever.
        AnsiConsole.Console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        try
        {
            var parsed = root.Parse([.. words, "--data", folder]);
            Assert.Equal(ExitCode.Success, await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false }, TestContext.Current.CancellationToken));
            return output.ToString().TrimEnd('\n');
        }
        finally
        {
            Console.SetOut(before);
            AnsiConsole.Console = tables;
        }
    }
}
