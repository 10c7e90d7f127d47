using System.Globalization;

namespace Sametime.Edge.Limits;

/// <summary>How many file descriptors this process may have; each connection takes one.</summary>
internal static class OpenFileLimit
{
    private const string LimitsOfThisProcess = "/proc/self/limits";
    private const string RowName = "Max open files";

    /// <summary>The soft limit, which the runtime raises to the hard one as it starts; int.MaxValue where it cannot be read.</summary>
    public static int Read() => File.Exists(LimitsOfThisProcess) ? Parse(File.ReadAllText(LimitsOfThisProcess)) : int.MaxValue;

    internal static int Parse(string table)
    {
        foreach (var line in table.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(RowName, StringComparison.Ordinal))
            {
                var rest = line[RowName.Length..].TrimStart();
                var end = rest.IndexOf(' ');
                return int.TryParse(end < 0 ? rest : rest[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var soft) ? soft : int.MaxValue;
            }
        }

        return int.MaxValue;
    }
}
