namespace Sametime.Contracts.Wire.Storage;

/// <summary>
/// A user of a buddy list, in the group above.
/// <code>
/// U bob1:: Bob;Example,
///   id k   name        alias, often empty                k = kind
/// </code>
/// Ids of users of other communities start with <c>@E </c>. A comma in a name splits it for every reader, and there is no way to
/// write one; the rest of the name then is taken as alias.
/// </summary>
public sealed record BuddyListUser(string Id, BuddyListUserKind Kind, string Name, string Alias) : BuddyListLine
{
    private const string Separator = "::";

    public override string ToString() => $"U {ToWord(Id)}{(char)Kind}{Separator} {ToWord(Name)},{ToWord(Alias)}";

    internal static BuddyListUser? TryParse(ReadOnlySpan<char> line)
    {
        if (!line.StartsWith("U ", StringComparison.Ordinal))
            return null;

        // Ids may hold "::" themselves (IPv6 addresses do); the separator is the one before a space, which no id holds.
        var words = line[2..];
        var end = words.IndexOf(Separator + " ", StringComparison.Ordinal);
        if (end < 0 || !TrySplitKind(words[..end], out var id, out var kind))
            return null;

        var names = words[(end + Separator.Length + 1)..];
        var comma = names.IndexOf(',');
        return comma < 0
            ? new(id, (BuddyListUserKind)kind, FromWord(names), Alias: "")
            : new(id, (BuddyListUserKind)kind, FromWord(names[..comma]), FromWord(names[(comma + 1)..]));
    }
}
