namespace Sametime.Contracts.Wire.Storage;

/// <summary>
/// A group of a buddy list; the users in the lines below belong to it, up to the next group.
/// <code>
/// G Work;Mates2 Work;Mates O
///   name      k alias     O open, C collapsed            k = kind
/// </code>
/// For a public group the name is the id of the group in the directory.
/// </summary>
public sealed record BuddyListGroup(string Name, BuddyListGroupKind Kind, string Alias, bool IsOpen) : BuddyListLine
{
    public override string ToString() => $"G {ToWord(Name)}{(char)Kind} {ToWord(Alias)} {(IsOpen ? 'O' : 'C')}";

    internal static BuddyListGroup? TryParse(ReadOnlySpan<char> line)
    {
        if (!line.StartsWith("G ", StringComparison.Ordinal))
            return null;

        // First word, last word, and all between them: some writers leave the spaces of an alias as they are.
        var words = line[2..];
        var first = words.IndexOf(' ');
        var last = words.LastIndexOf(' ');
        if (first == last || !TrySplitKind(words[..first], out var name, out var kind))
            return null;

        var alias = FromWord(words[(first + 1)..last]);
        return words[(last + 1)..] switch
        {
            "O" => new(name, (BuddyListGroupKind)kind, alias, IsOpen: true),
            "C" => new(name, (BuddyListGroupKind)kind, alias, IsOpen: false),
            _ => null,
        };
    }
}
