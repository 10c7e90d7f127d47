using System.Text;

namespace Sametime.Contracts.Wire.Storage;

/// <summary>
/// The buddy list as clients store it under <see cref="StorageKeys.BuddyList"/>: text, a line each for the version, a group, a user.
/// <code>
/// Version=3.1.3
/// G Work;Mates2 Work;Mates O
/// U bob1:: Bob;Example,
/// </code>
/// Lines are written with CR LF and read with any ending. Parsing never fails: what is not understood stays, in its place, as
/// <see cref="BuddyListUnknownLine"/>. Source: community protocol, buddy list text.
/// </summary>
public sealed record BuddyListText(Items<BuddyListLine> Lines)
{
    private const string LineEnd = "\r\n";

    /// <summary>Takes the text apart. Empty lines are dropped.</summary>
    public static BuddyListText Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);

        var lines = new List<BuddyListLine>();
        foreach (var range in text.AsSpan().SplitAny('\r', '\n'))
        {
            var line = text.AsSpan(range);
            if (!line.IsEmpty)
                lines.Add(BuddyListLine.Parse(line));
        }

        return new BuddyListText(lines.ToItems());
    }

    /// <summary>The text to store.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var line in Lines)
            text.Append(line).Append(LineEnd);
        return text.ToString();
    }
}
