using System.CommandLine;
using Sametime.Compose.Accounts;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;

namespace Sametime.Compose.Commands;

/// <summary><c>sametime user erase</c>: a person is removed and forgotten. It cannot be taken back, so it is asked for.</summary>
internal static class UserEraseCommand
{
    public static Command Define(SettingOverrides line)
    {
        var name = UserCommand.Name();
        var yes = new Option<bool>("--yes") { Description = "Do not ask" };
        var data = CommonOptions.Data();
        var command = new Command("erase", "Remove a user and destroy the keys to all that is personal of him, for ever.") { name, yes, data };
        command.SetAction(async (parsed, stop) =>
        {
            var id = parsed.GetRequiredValue(name);
            await using var book = await PersonBook.OpenAsync(new DataDirectory(parsed.GetRequiredValue(data)), line, stop);
            if (!parsed.GetValue(yes) && !IsConfirmed(id))
            {
                Console.WriteLine($"user {id} stays as he is");
                return ExitCode.Success;
            }

            await book.EraseAsync(id, stop);
            Console.WriteLine($"user {id} erased");
            return ExitCode.Success;
        });
        return command;
    }

    private static bool IsConfirmed(string id)
    {
        if (Console.IsInputRedirected)
        {
            throw new CommandException(ExitCode.Usage, "no terminal to ask whether it is meant; --yes says so");
        }

        Console.Error.Write($"Everything of {id} becomes unreadable, here and in every backup of the events, and nothing brings it back. Type his id to go on: ");
        return Console.ReadLine() == id;
    }
}
