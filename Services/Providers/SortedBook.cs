using Sametime.Contracts.Providers;

namespace Sametime.Services.Providers;

/// <summary>The entries of a directory in the order in which people page through them; see <see cref="IBrowseProvider"/>. Immutable.</summary>
internal sealed class SortedBook
{
    private readonly Place[] _places;
    private readonly DirectoryMatch[] _entries;

    public SortedBook(DirectoryMatch[] entries)
    {
        _entries = [.. entries];
        _places = Array.ConvertAll(_entries, Place.Of);
        Array.Sort(_places, _entries);
    }

    public int Count => _entries.Length;

    public BrowsePage Read(BrowsePoint point, int entriesMax)
    {
        var (first, last) = point switch
        {
            { Entry: null } => FromOn(CountBefore(Place.Of(point.Name))),
            { Entry: { } entry, IsBackwards: false } => FromOn(CountUpTo(Place.Of(entry))),
            { Entry: { } entry } => UpTo(CountBefore(Place.Of(entry))),
        };
        return first == last ? BrowsePage.Empty : new BrowsePage([.. _entries.AsSpan(first, last - first)], first);

        (int First, int Last) FromOn(int first) => (first, Math.Min(first + entriesMax, _entries.Length));
        (int First, int Last) UpTo(int last) => (Math.Max(0, last - entriesMax), last);
    }

    private int CountBefore(Place place) => CountWhile(place, static order => order < 0);

    private int CountUpTo(Place place) => CountWhile(place, static order => order <= 0);

    // How many places, from the first on, stand to this one as asked.
    private int CountWhile(Place place, Func<int, bool> isCounted)
    {
        var (low, high) = (0, _places.Length);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (isCounted(_places[middle].CompareTo(place)))
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private readonly record struct Place(string Name, DirectoryKinds Kind, string Id) : IComparable<Place>
    {
        public static Place Of(DirectoryMatch entry) => new(entry.Name.ToUpperInvariant(), entry.Kind, entry.Id.ToUpperInvariant());

        // Before whoever is called so.
        public static Place Of(string name) => new(name.ToUpperInvariant(), DirectoryKinds.None, "");

        public int CompareTo(Place other)
        {
            var order = string.CompareOrdinal(Name, other.Name);
            if (order == 0)
                order = (int)Kind - (int)other.Kind;
            return order == 0 ? string.CompareOrdinal(Id, other.Id) : order;
        }
    }
}
