using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Providers;

/// <summary>
/// One directory that people page through, as a book: users and groups in the order of their names (then users before groups, then by id),
/// whatever the case. Finding by a part of a name is <see cref="IResolveProvider"/>.
/// </summary>
public interface IBrowseProvider
{
    /// <summary>What the book is called in a list of them.</summary>
    string BookName { get; }

    /// <summary>Reads a page of <paramref name="entriesMax"/> entries at most; an empty one where there is nothing more.</summary>
    /// <exception cref="StoreException">The directory does not answer; never mistaken for its end.</exception>
    ValueTask<BrowsePage> BrowseAsync(BrowsePoint point, int entriesMax, CancellationToken stop);
}

/// <summary>A page of a book.</summary>
/// <param name="Entries">In the order of the book, also where it was read backwards.</param>
/// <param name="Offset">Entries of the book before these; as of now, since books change.</param>
public sealed record BrowsePage(Items<DirectoryMatch> Entries, int Offset)
{
    /// <summary>Nothing there.</summary>
    public static BrowsePage Empty { get; } = new([], 0);
}

/// <summary>
/// Where a page begins, or ends. Said by the entry next to it and not by a number, so that nobody is passed over or seen twice when others
/// come and go meanwhile.
/// </summary>
public sealed record BrowsePoint
{
    private BrowsePoint(string name, DirectoryMatch? entry, bool isBackwards) => (Name, Entry, IsBackwards) = (name, entry, isBackwards);

    /// <summary>The first page.</summary>
    public static BrowsePoint Start { get; } = From("");

    /// <summary>The first entry that is not before this name.</summary>
    public string Name { get; }

    /// <summary>The entry that the page follows or precedes; null where a name says where it begins.</summary>
    public DirectoryMatch? Entry { get; }

    /// <summary>Whether the page ends before the entry instead of beginning after it.</summary>
    public bool IsBackwards { get; }

    /// <summary>From the first entry on that is not before a name.</summary>
    public static BrowsePoint From(string name) => new(name, null, isBackwards: false);

    /// <summary>The entries that follow one.</summary>
    public static BrowsePoint After(DirectoryMatch entry) => Beside(entry, isBackwards: false);

    /// <summary>The entries just before one.</summary>
    public static BrowsePoint Before(DirectoryMatch entry) => Beside(entry, isBackwards: true);

    private static BrowsePoint Beside(DirectoryMatch entry, bool isBackwards)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return new BrowsePoint(entry.Name, entry, isBackwards);
    }
}
