namespace Sametime.Compose.Commands;

/// <summary>Takes a password from standard input or, at a terminal, typed twice and not shown. Never from an argument: other users see those.</summary>
internal static class PasswordPrompt
{
    private const int PasswordCharsMax = 256;

    public static string Read(bool fromStandardInput)
    {
        var password = fromStandardInput ? Console.In.ReadLine() ?? "" : Ask();
        return password.Length switch
        {
            0 => throw new CommandException(ExitCode.Usage, "the password is empty"),
            > PasswordCharsMax => throw new CommandException(ExitCode.Usage, $"the password has more than {PasswordCharsMax} characters"),
            _ => password,
        };
    }

    private static string Ask()
    {
        if (Console.IsInputRedirected)
        {
            throw new CommandException(ExitCode.Usage, "no terminal to ask for a password; give it on standard input with --password-stdin");
        }

        var first = Type("Password: ");
        return Type("Again: ") == first ? first : throw new CommandException(ExitCode.Usage, "the two passwords differ");
    }

    private static string Type(string prompt)
    {
        Console.Error.Write(prompt);
        var typed = new System.Text.StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                typed.Length = Math.Max(0, typed.Length - 1);
            }
            else if (key.KeyChar >= ' ')
            {
                typed.Append(key.KeyChar);
            }
        }

        Console.Error.WriteLine();
        return typed.ToString();
    }
}
