using System.Security.Cryptography;

namespace Sametime.Compose.Hosting;

/// <summary>
/// What a data directory is called among all those of a community: made up once and kept, so that what waits on the broker for a process
/// of this directory is still found after a start.
/// </summary>
internal static class NodeFile
{
    private const int NameBytes = 6;

    public static string ReadOrMake(string file)
    {
        if (File.Exists(file) && File.ReadAllText(file).Trim() is { Length: > 0 } known)
        {
            return known.All(char.IsAsciiLetterOrDigit)
                ? known
                : throw new CommandException(ExitCode.Failure, $"{file} does not hold a name of letters and digits; remove it, and a new one is made");
        }

        var fresh = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(NameBytes));
        File.WriteAllText(file, fresh);
        return fresh;
    }
}
