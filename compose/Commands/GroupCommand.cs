using System.CommandLine;
using Sametime.Compose.Accounts;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;

namespace Sametime.Compose.Commands;

/// <summary><c>sametime group add</c>: public groups in the directory of a data folder.</summary>
internal static class GroupCommand
{
    public static Command Define(SettingOverrides line)
    {
        var name = new Argument<string>("NAME") { Description = "Group name" };
        var members = new Argument<string[]>("MEMBER") { Description = "User IDs", Arity = ArgumentArity.OneOrMore };
        var data = CommonOptions.Data();
        var add = new Command("add", "Make a public group, or give one other members.") { name, members, data };
        add.SetAction(async (parsed, stop) =>
        {
            await using var book = await AccountBook.OpenExistingAsync(new DataDirectory(parsed.GetRequiredValue(data)), line, stop);
            var group = parsed.GetRequiredValue(name);
            var ids = parsed.GetRequiredValue(members);
            await book.SaveGroupAsync(group, ids, stop);
            Console.WriteLine($"group {group} has {ids.Length} {(ids.Length == 1 ? "member" : "members")}");
            return ExitCode.Success;
        });
        return new Command("group", "Manage the public groups of a data folder.") { add };
    }
}
