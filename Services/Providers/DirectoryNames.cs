using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Providers;

/// <summary>What ids, names and texts a directory of ours takes, whichever store it lies in.</summary>
internal static class DirectoryNames
{
    // "@E bob" and "@U bob" are how clients write external users and users in a recipient list; an id must not look like one.
    private const char ReservedFirst = '@';

    /// <summary>Whether all names of a user can be had.</summary>
    public static bool AreGood(UserRecord user, DirectoryLimits limits) =>
        IsId(user.Id.Value, limits) && user.LoginNames.All(name => IsId(name, limits)) && user.LoginNames.Count <= limits.LoginNamesMax
        && user.DisplayName.Length > 0 && IsText(user.DisplayName, limits) && IsText(user.Description, limits) && IsHome(user.HomeHub, limits);

    public static bool AreGood(GroupRecord group, DirectoryLimits limits) => IsId(group.Id, limits) && IsText(group.Description, limits);

    public static bool IsHome(string name, DirectoryLimits limits) => name.Length == 0 || IsId(name, limits);

    /// <summary>The user with each of his further names once, and his own id, which is none, left out.</summary>
    public static UserRecord Normalize(UserRecord user) => user with
    {
        LoginNames = user.LoginNames.Distinct(StringComparer.OrdinalIgnoreCase).Where(name => new UserId(name) != user.Id).ToItems(),
    };

    public static bool IsId(string id, DirectoryLimits limits) =>
        id.Length > 0 && id[0] != ReservedFirst && id.Trim().Length == id.Length && IsText(id, limits);

    private static bool IsText(string text, DirectoryLimits limits) => text.Length <= limits.NameCharsMax && !text.Any(char.IsControl);
}
