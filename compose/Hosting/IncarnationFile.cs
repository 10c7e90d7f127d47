using System.Globalization;

namespace Sametime.Compose.Hosting;

/// <summary>
/// Counts the starts of a hub, so that no login ID of an earlier start is ever given again. The new number is on disk
/// before it is used.
/// </summary>
internal static class IncarnationFile
{
    public static uint Next(string file)
    {
        var last = 0u;
        if (File.Exists(file) && !uint.TryParse(File.ReadAllText(file), NumberStyles.None, CultureInfo.InvariantCulture, out last))
        {
            throw new CommandException(ExitCode.Failure, $"{file} does not hold a number; restore it, or write one higher than any the hub has had");
        }

        var next = checked(last + 1);
        var fresh = file + ".new";
        using (var stream = new FileStream(fresh, FileMode.Create, FileAccess.Write))
        {
            stream.Write(System.Text.Encoding.ASCII.GetBytes(next.ToString(CultureInfo.InvariantCulture)));
            stream.Flush(flushToDisk: true);
        }

        File.Move(fresh, file, overwrite: true);
        return next;
    }
}
