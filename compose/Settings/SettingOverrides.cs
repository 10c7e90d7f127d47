namespace Sametime.Compose.Settings;

/// <summary>
/// Takes <c>--Section:Key=value</c> out of a command line. Such a token overrides the setting of that name wherever else
/// it is set; all other tokens belong to the command.
/// </summary>
internal sealed class SettingOverrides
{
    private SettingOverrides(string[] command, Dictionary<string, string?> values)
    {
        Command = command;
        Values = values;
    }

    /// <summary>The command line without the overrides.</summary>
    public string[] Command { get; }

    /// <summary>The overrides, by setting.</summary>
    public IReadOnlyDictionary<string, string?> Values { get; }

    public static SettingOverrides Split(IEnumerable<string> args)
    {
        var command = new List<string>();
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var arg in args)
        {
            var equals = arg.IndexOf('=', StringComparison.Ordinal);
            var colon = arg.IndexOf(':', StringComparison.Ordinal);
            if (arg.StartsWith("--", StringComparison.Ordinal) && colon > 2 && equals > colon)
            {
                values[arg[2..equals]] = arg[(equals + 1)..];
            }
            else
            {
                command.Add(arg);
            }
        }

        return new([.. command], values);
    }
}
