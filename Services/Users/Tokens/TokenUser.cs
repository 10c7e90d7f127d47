using Sametime.Contracts.Providers;

namespace Sametime.Services.Users.Tokens;

/// <summary>Whom a token means.</summary>
internal static class TokenUser
{
    /// <summary>
    /// The user of the directory that a token names by his id or a login name. Who typed a login name as well must be the same: nobody
    /// logs in as somebody else with a token of his own. Null when there is no such user, or it is another.
    /// </summary>
    /// <exception cref="StoreException">The directory does not answer.</exception>
    public static async ValueTask<UserRecord?> FindAsync(IUserDirectory directory, string named, string typed, CancellationToken stop)
    {
        var user = await directory.FindByLoginNameAsync(named, stop);
        if (user is null || typed.Length == 0)
            return user;
        return (await directory.FindByLoginNameAsync(typed, stop))?.Id == user.Id ? user : null;
    }
}
