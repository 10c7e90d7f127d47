using System.Globalization;
using System.Text;

namespace Sametime.Tests.Interop.Drivers;

/// <summary>One line that a driver wrote: <c>name TAB login TAB key=value ...</c>, see Clients/lines.h.</summary>
internal sealed record ClientEvent(string Name, string Login, IReadOnlyDictionary<string, string> Values, string Line)
{
    public string this[string key] => Values.TryGetValue(key, out var value)
        ? value
        : throw new KeyNotFoundException($"the event has no {key}: {Line}");

    /// <summary>A value that the driver wrote as 0x... .</summary>
    public uint Number(string key) => uint.Parse(this[key].AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    public bool Is(string key) => this[key] == "1";

    public static ClientEvent Parse(string line)
    {
        var words = line.Split('\t');
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var word in words.Skip(2))
        {
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            values[word[..equals]] = Unescape(word[(equals + 1)..]);
        }

        return new ClientEvent(words[0], words.Length > 1 ? Unescape(words[1]) : "-", values, line);
    }

    /// <summary>A word of a command, so that tabs and line ends in it do not break the line.</summary>
    public static string Escape(string word) => word
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\t", "\\t", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal)
        .Replace("\r", "\\r", StringComparison.Ordinal);

    private static string Unescape(string word)
    {
        if (!word.Contains('\\', StringComparison.Ordinal))
        {
            return word;
        }

        var text = new StringBuilder(word.Length);
        for (var i = 0; i < word.Length; i++)
        {
            text.Append(word[i] != '\\' || i + 1 == word.Length ? word[i] : word[++i] switch
            {
                't' => '\t',
                'n' => '\n',
                'r' => '\r',
                var other => other,
            });
        }

        return text.ToString();
    }
}
