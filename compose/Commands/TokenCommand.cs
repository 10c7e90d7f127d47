using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using Sametime.Compose.Accounts;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;

namespace Sametime.Compose.Commands;

/// <summary><c>sametime token issue|revoke|rotate</c>, on the store of a data folder, whether or not a server runs on it.</summary>
internal static class TokenCommand
{
    public static Command Define(SettingOverrides line) => new("token", "Make and revoke tokens, which let users in without a password.")
    {
        DefineIssue(line),
        DefineRevoke(line),
        DefineRotate(line),
    };

    private static Command DefineIssue(SettingOverrides line)
    {
        var user = User();
        var oneTime = new Option<bool>("--one-time") { Description = "It lets in once and never again" };
        var lifetime = new Option<TimeSpan?>("--lifetime")
        {
            Description = "How long it is good (default: Tokens:Lifetime; at most Tokens:LifetimeMax)", HelpName = "hh:mm:ss", CustomParser = ParseLifetime,
        };
        var address = new Option<IPAddress?>("--address")
        {
            Description = "The one address that it is good from (default: any)", HelpName = "IP", CustomParser = ParseAddress,
        };
        var data = CommonOptions.Data();
        var command = new Command("issue", "Make a token for a user and print it: whoever has it is let in as him.") { user, oneTime, lifetime, address, data };
        command.SetAction(async (parsed, stop) =>
        {
            await using var desk = await TokenDesk.OpenAsync(new DataDirectory(parsed.GetRequiredValue(data)), line, stop);
            Console.WriteLine(await desk.IssueAsync(
                parsed.GetRequiredValue(user), parsed.GetValue(oneTime), parsed.GetValue(lifetime), parsed.GetValue(address), stop));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command DefineRevoke(SettingOverrides line)
    {
        var user = User();
        var data = CommonOptions.Data();
        var command = new Command("revoke", "Make every token worthless that a user has by now; his logins stay.") { user, data };
        command.SetAction(async (parsed, stop) =>
        {
            var id = parsed.GetRequiredValue(user);
            await using var desk = await TokenDesk.OpenAsync(new DataDirectory(parsed.GetRequiredValue(data)), line, stop);
            await desk.RevokeAsync(id, stop);
            Console.WriteLine($"no token that {id} had by now lets anybody in");
            return ExitCode.Success;
        });
        return command;
    }

    private static Command DefineRotate(SettingOverrides line)
    {
        var data = CommonOptions.Data();
        var command = new Command("rotate", "Sign new tokens with a new key; tokens that are out stay good for their time.") { data };
        command.SetAction(parsed =>
        {
            var (id, dropped) = TokenDesk.Rotate(new DataDirectory(parsed.GetRequiredValue(data)), line);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"key {id:x8} signs from now on; former keys dropped: {dropped}"));
            return ExitCode.Success;
        });
        return command;
    }

    private static Argument<string> User() => new("USER") { Description = "User ID" };

    private static TimeSpan? ParseLifetime(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var lifetime) && lifetime > TimeSpan.Zero)
        {
            return lifetime;
        }

        argument.AddError($"'{text}' is no time that a token could be good for: hh:mm:ss");
        return null;
    }

    private static IPAddress? ParseAddress(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (IPAddress.TryParse(text, out var address))
        {
            return address;
        }

        argument.AddError($"'{text}' is no IP address");
        return null;
    }
}
