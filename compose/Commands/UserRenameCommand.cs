using System.CommandLine;
using Sametime.Compose.Accounts;
using Sametime.Compose.Settings;
using Sametime.Contracts.Wire;

namespace Sametime.Compose.Commands;

/// <summary><c>sametime user rename</c>: other names for somebody who stays who he is.</summary>
internal static class UserRenameCommand
{
    public static Command Define(SettingOverrides line)
    {
        var name = UserCommand.Name();
        var display = new Option<string?>("--display") { Description = "Name shown to others", HelpName = "TEXT" };
        var aliases = new Option<string[]>("--alias") { Description = "A further name to log in with; those he had are given up", HelpName = "NAME", DefaultValueFactory = _ => [] };
        var none = new Option<bool>("--no-alias") { Description = "No further name to log in with" };
        var description = new Option<string?>("--description") { Description = "A word on him, shown to others", HelpName = "TEXT" };
        var data = CommonOptions.Data();
        var command = new Command("rename", "Give a user other names; his ID, and all that is his, stays.") { name, display, aliases, none, description, data };
        command.Validators.Add(parsed =>
        {
            var givesAliases = parsed.GetValue(aliases) is { Length: > 0 };
            if (givesAliases && parsed.GetValue(none))
            {
                parsed.AddError("--alias and --no-alias exclude each other");
            }
            else if (!givesAliases && !parsed.GetValue(none) && parsed.GetValue(display) is null && parsed.GetValue(description) is null)
            {
                parsed.AddError("nothing to change: --display, --alias, --no-alias or --description is needed");
            }
        });
        command.SetAction((parsed, stop) => UserCommand.WithBookAsync(AccountBook.OpenExistingAsync, line, parsed.GetRequiredValue(data), async book =>
        {
            var id = parsed.GetRequiredValue(name);
            var given = parsed.GetRequiredValue(aliases);
            Items<string>? loginNames = given.Length > 0 || parsed.GetValue(none) ? given.ToItems() : null;
            await book.RenameUserAsync(id, parsed.GetValue(display), loginNames, parsed.GetValue(description), stop);
            Console.WriteLine($"user {id} renamed");
        }, stop));
        return command;
    }
}
