using System.CommandLine;
using System.CommandLine.Parsing;
using Sametime.Compose.ChatLog;
using Sametime.Compose.Settings;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace Sametime.Compose.Commands;

/// <summary><c>sametime chatlog show|policy|verify|hold|release|holds</c>: what was said, whether it is logged, and for whom it must be kept.</summary>
internal static class ChatLogCommand
{
    public static Command Define(SettingOverrides line) => new("chatlog", "Read and govern the log of conversations.")
    {
        ChatLogShowCommand.Define(line),
        DefinePolicy(line),
        ChatLogVerifyCommand.Define(line),
        DefineHold(line),
        DefineRelease(line),
        DefineHolds(line),
    };

    private static Command DefinePolicy(SettingOverrides line)
    {
        var mode = new Argument<ChatLogMode?>("MODE")
        {
            Description = "off, relaxed or strict (default: show what holds)",
            Arity = ArgumentArity.ZeroOrOne,
            CustomParser = ParseWord<ChatLogMode>,
        };
        var encrypted = new Option<EncryptedChat?>("--encrypted")
        {
            Description = "Let ciphers between clients pass, or decline them so that they talk in the clear",
            HelpName = "pass|decline",
            CustomParser = ParseWord<EncryptedChat>,
        };
        var data = CommonOptions.Data();
        var command = new Command("policy", "Say how conversations are logged, from the next message on, or show it.") { mode, encrypted, data };
        command.SetAction(async (parsed, stop) =>
        {
            await using var access = await ChatLogAccess.OpenAsync(parsed.GetRequiredValue(data), line, stop);
            var log = access.Store.ChatLog;
            var known = await log.LoadPolicyAsync(stop);
            var policy = new ChatLogPolicy(parsed.GetValue(mode) ?? known.Mode, parsed.GetValue(encrypted) ?? known.Encrypted);
            if (policy != known)
            {
                await log.SavePolicyAsync(policy, ChatLogAccess.Actor, stop);
            }

            Console.WriteLine($"conversations are logged: {Word(policy.Mode)}; encryption between clients: {Word(policy.Encrypted)}");
            return ExitCode.Success;
        });
        return command;
    }

    private static Command DefineHold(SettingOverrides line)
    {
        var name = UserCommand.Name();
        var why = new Option<string>("--why") { Description = "The reason, such as the number of a case", HelpName = "TEXT", Required = true };
        var data = CommonOptions.Data();
        var command = new Command("hold", "Keep what a user said and did: nothing of him is removed or erased until the hold is released.") { name, why, data };
        command.SetAction(async (parsed, stop) =>
        {
            await using var access = await ChatLogAccess.OpenAsync(parsed.GetRequiredValue(data), line, stop);
            var user = parsed.GetRequiredValue(name);
            if (!await access.Store.LegalHolds.PlaceAsync(new UserId(user), parsed.GetRequiredValue(why), ChatLogAccess.Actor, stop))
            {
                throw new CommandException(ExitCode.NoSuchThing, $"there is a hold on {user} already; sametime chatlog holds shows it");
            }

            Console.WriteLine($"nothing of {user} is removed or erased until the hold is released");
            return ExitCode.Success;
        });
        return command;
    }

    private static Command DefineRelease(SettingOverrides line)
    {
        var name = UserCommand.Name();
        var data = CommonOptions.Data();
        var command = new Command("release", "Release the hold on a user.") { name, data };
        command.SetAction(async (parsed, stop) =>
        {
            await using var access = await ChatLogAccess.OpenAsync(parsed.GetRequiredValue(data), line, stop);
            var user = parsed.GetRequiredValue(name);
            if (!await access.Store.LegalHolds.ReleaseAsync(new UserId(user), ChatLogAccess.Actor, stop))
            {
                throw new CommandException(ExitCode.NoSuchThing, $"there is no hold on {user}");
            }

            Console.WriteLine($"the hold on {user} is released");
            return ExitCode.Success;
        });
        return command;
    }

    private static Command DefineHolds(SettingOverrides line)
    {
        var data = CommonOptions.Data();
        var command = new Command("holds", "List all holds: user, since when, who placed it, why.") { data };
        command.SetAction(async (parsed, stop) =>
        {
            await using var access = await ChatLogAccess.OpenAsync(parsed.GetRequiredValue(data), line, stop);
            foreach (var hold in await access.Store.LegalHolds.ListAsync(stop))
            {
                Console.WriteLine($"{ChatLogText.Visible(hold.User.Value)}\t{hold.Since.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z\t{hold.Actor}\t{ChatLogText.Visible(hold.Why)}");
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static T? ParseWord<T>(ArgumentResult argument)
        where T : struct, Enum
    {
        var word = argument.Tokens[0].Value;
        if (Enum.GetNames<T>().Contains(word, StringComparer.OrdinalIgnoreCase))
        {
            return Enum.Parse<T>(word, ignoreCase: true);
        }

        argument.AddError($"'{word}' is none of {string.Join(", ", Enum.GetValues<T>().Select(value => Word(value)))}");
        return null;
    }

    private static string Word(Enum value) => value.ToString().ToLowerInvariant();
}
