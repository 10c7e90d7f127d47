namespace Sametime.Contracts.Wire.Storage;

/// <summary>
/// One line of a stored buddy list: <see cref="BuddyListVersion"/>, <see cref="BuddyListGroup"/>, <see cref="BuddyListUser"/>,
/// or <see cref="BuddyListUnknownLine"/> for what we do not know and must not lose. <c>ToString</c> gives the line as stored,
/// without its end. Source: community protocol, buddy list text.
/// </summary>
public abstract record BuddyListLine
{
    // A word ends at a space, so a space inside a word is stored as ';'. A real ';' therefore comes back as a space: the format
    // has no other way. A line break inside a name would make two lines of one, so it is stored as a space, too.
    private protected static string ToWord(string text) =>
        text.Replace(' ', ';').Replace('\r', ';').Replace('\n', ';');

    private protected static string FromWord(ReadOnlySpan<char> word) => word.ToString().Replace(';', ' ');

    // The last character of an id or of a group's name is no part of it: it tells the kind.
    private protected static bool TrySplitKind(ReadOnlySpan<char> word, out string text, out char kind)
    {
        (text, kind) = word.IsEmpty ? ("", '\0') : (FromWord(word[..^1]), word[^1]);
        return text.Length > 0;
    }

    internal static BuddyListLine Parse(ReadOnlySpan<char> line) =>
        BuddyListVersion.TryParse(line) ??
        BuddyListGroup.TryParse(line) ??
        BuddyListUser.TryParse(line) ??
        (BuddyListLine)new BuddyListUnknownLine(line.ToString());
}
