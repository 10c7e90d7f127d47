using System.CommandLine;
using Sametime.Compose.Accounts;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace Sametime.Compose.Commands;

/// <summary><c>sametime user add|list|passwd|home|rename|disable|enable|remove|erase|export</c>, on the directory of a data folder, whether or not a server runs on it.</summary>
internal static class UserCommand
{
    public static Command Define(SettingOverrides line) => new("user", "Manage the users of a data folder.")
    {
        DefineAdd(line),
        DefineList(line),
        DefinePasswd(line),
        DefineHome(line),
        UserRenameCommand.Define(line),
        DefineSetDisabled(line, "disable", isDisabled: true, "Keep a user out; his logins end, what he has is kept.", "disabled"),
        DefineSetDisabled(line, "enable", isDisabled: false, "Let a disabled user in again.", "enabled"),
        DefineRemove(line),
        UserEraseCommand.Define(line),
        UserExportCommand.Define(line),
    };

    private static Command DefineAdd(SettingOverrides line)
    {
        var name = Name();
        var display = new Option<string?>("--display") { Description = "Name shown to others (default: NAME)", HelpName = "TEXT" };
        var aliases = new Option<string[]>("--alias") { Description = "A further name to log in with", HelpName = "NAME", DefaultValueFactory = _ => [] };
        var home = new Option<string?>("--home") { Description = "Hub or cluster he is logged in at (default: any)", HelpName = "HUB" };
        var stdin = PasswordStdin();
        var data = CommonOptions.Data();
        var command = new Command("add", "Add a user.") { name, display, aliases, home, stdin, data };
        command.SetAction((parsed, stop) => WithBookAsync(AccountBook.OpenAsync, line, parsed.GetRequiredValue(data), async book =>
        {
            var id = parsed.GetRequiredValue(name);
            var user = new UserRecord(
                new UserId(id), parsed.GetValue(display) ?? id, [.. parsed.GetRequiredValue(aliases)], HomeHub: parsed.GetValue(home) ?? "");
            await book.AddUserAsync(user, PasswordPrompt.Read(parsed.GetValue(stdin)), stop);
            Console.WriteLine($"user {id} added");
        }, stop));
        return command;
    }

    private static Command DefineList(SettingOverrides line)
    {
        var data = CommonOptions.Data();
        var command = new Command("list", "List all users: id, display name, further login names, home, and whether one is disabled.") { data };
        command.SetAction((parsed, stop) => WithBookAsync(AccountBook.OpenExistingAsync, line, parsed.GetRequiredValue(data), async book =>
        {
            foreach (var user in await book.ListUsersAsync(stop))
            {
                Console.WriteLine($"{user.Id}\t{user.DisplayName}\t{string.Join(' ', user.LoginNames)}\t{user.HomeHub}{(user.IsDisabled ? "\tdisabled" : "")}");
            }
        }, stop));
        return command;
    }

    private static Command DefinePasswd(SettingOverrides line)
    {
        var name = Name();
        var stdin = PasswordStdin();
        var data = CommonOptions.Data();
        var command = new Command("passwd", "Change a user's password.") { name, stdin, data };
        command.SetAction((parsed, stop) => WithBookAsync(AccountBook.OpenExistingAsync, line, parsed.GetRequiredValue(data), async book =>
        {
            var id = parsed.GetRequiredValue(name);
            await book.SetPasswordAsync(id, PasswordPrompt.Read(parsed.GetValue(stdin)), stop);
            Console.WriteLine($"password of {id} changed");
        }, stop));
        return command;
    }

    private static Command DefineHome(SettingOverrides line)
    {
        var name = Name();
        var hub = new Argument<string?>("HUB") { Description = "Name of a hub or cluster", Arity = ArgumentArity.ZeroOrOne };
        var any = new Option<bool>("--any") { Description = "Any hub will do" };
        var data = CommonOptions.Data();
        var command = new Command("home", "Say at which hub or cluster a user is logged in, from his next login on.") { name, hub, any, data };
        command.Validators.Add(parsed =>
        {
            if (string.IsNullOrEmpty(parsed.GetValue(hub)) != parsed.GetValue(any))
            {
                parsed.AddError("either HUB or --any is needed");
            }
        });
        command.SetAction((parsed, stop) => WithBookAsync(AccountBook.OpenExistingAsync, line, parsed.GetRequiredValue(data), async book =>
        {
            var (id, home) = (parsed.GetRequiredValue(name), parsed.GetValue(hub) ?? "");
            await book.SetHomeAsync(id, home, stop);
            Console.WriteLine(home.Length == 0 ? $"user {id} may be at any hub" : $"user {id} is at home at {home}");
        }, stop));
        return command;
    }

    private static Command DefineSetDisabled(SettingOverrides line, string verb, bool isDisabled, string help, string done)
    {
        var name = Name();
        var data = CommonOptions.Data();
        var command = new Command(verb, help) { name, data };
        command.SetAction((parsed, stop) => WithBookAsync(AccountBook.OpenExistingAsync, line, parsed.GetRequiredValue(data), async book =>
        {
            var id = parsed.GetRequiredValue(name);
            await book.SetDisabledAsync(id, isDisabled, stop);
            Console.WriteLine($"user {id} {done}");
        }, stop));
        return command;
    }

    private static Command DefineRemove(SettingOverrides line)
    {
        var name = Name();
        var data = CommonOptions.Data();
        var command = new Command("remove", "Remove a user; his logins end.") { name, data };
        command.SetAction((parsed, stop) => WithBookAsync(AccountBook.OpenExistingAsync, line, parsed.GetRequiredValue(data), async book =>
        {
            var id = parsed.GetRequiredValue(name);
            await book.RemoveUserAsync(id, stop);
            Console.WriteLine($"user {id} removed");
        }, stop));
        return command;
    }

    internal static Argument<string> Name() => new("NAME") { Description = "User ID, which is also a name to log in with" };

    private static Option<bool> PasswordStdin() => new("--password-stdin") { Description = "Read the password from the first line of standard input" };

    internal static async Task<int> WithBookAsync(
        Func<DataDirectory, SettingOverrides, CancellationToken, Task<AccountBook>> open, SettingOverrides line, string data,
        Func<AccountBook, Task> act, CancellationToken stop)
    {
        await using var book = await open(new DataDirectory(data), line, stop);
        await act(book);
        return ExitCode.Success;
    }
}
