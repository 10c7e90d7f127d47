using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Providers;

/// <summary>What kinds of entry to look for.</summary>
[Flags]
public enum DirectoryKinds
{
    None = 0,
    Users = 1,
    Groups = 2,
}

/// <summary>One entry that fits a name.</summary>
/// <param name="Id">User or group id, in the directory's spelling.</param>
/// <param name="Name">Display name; for a group its id.</param>
/// <param name="Description">A word on it.</param>
/// <param name="Kind">Users or Groups, never both.</param>
public sealed record DirectoryMatch(string Id, string Name, string Description, DirectoryKinds Kind);

/// <summary>What fits a name, best first.</summary>
/// <param name="Matches">The exact id first, then exact names, then prefixes; in each rank by display name.</param>
/// <param name="IsPartial">More would have fitted than were asked for, or the name was too short for a prefix search.</param>
public sealed record DirectoryMatches(Items<DirectoryMatch> Matches, bool IsPartial)
{
    /// <summary>Nothing fits.</summary>
    public static DirectoryMatches None { get; } = new([], IsPartial: false);
}

/// <summary>
/// Finds users and groups by what people type: the id, a login name, the display name or the family name (its last word), whole or the
/// beginning, whatever the case. The beginning counts from <see cref="DirectoryLimits.PrefixLettersMin"/> letters on.
/// </summary>
public interface IResolveProvider
{
    /// <summary>Finds what fits one name, <paramref name="matchesMax"/> entries at most.</summary>
    /// <exception cref="StoreException">The directory does not answer; never mistaken for "nothing found".</exception>
    ValueTask<DirectoryMatches> FindAsync(string name, DirectoryKinds kinds, int matchesMax, CancellationToken stop);
}
