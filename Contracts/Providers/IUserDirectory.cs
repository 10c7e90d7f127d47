using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Providers;

/// <summary>Users and public groups by their ids. Failures are <see cref="StoreException"/>, never an empty answer.</summary>
public interface IUserDirectory
{
    /// <summary>The user of an id, or null.</summary>
    ValueTask<UserRecord?> FindUserAsync(UserId id, CancellationToken stop);

    /// <summary>The user who logs in with a name (his id or one of his login names), or null.</summary>
    ValueTask<UserRecord?> FindByLoginNameAsync(string loginName, CancellationToken stop);

    /// <summary>All users, by id.</summary>
    ValueTask<Items<UserRecord>> ListUsersAsync(CancellationToken stop);
}

/// <summary>Public groups.</summary>
public interface IGroupProvider
{
    /// <summary>The group of an id, or null.</summary>
    ValueTask<GroupRecord?> FindGroupAsync(string id, CancellationToken stop);

    /// <summary>All groups, by id.</summary>
    ValueTask<Items<GroupRecord>> ListGroupsAsync(CancellationToken stop);
}

/// <summary>Password hashes by user, for the one service that verifies passwords.</summary>
public interface IPasswordStore
{
    /// <summary>The PHC string of a user's password, or null when he has none or does not exist.</summary>
    ValueTask<string?> FindPasswordHashAsync(UserId id, CancellationToken stop);

    /// <summary>
    /// Replaces the hash; durable when the task ends. False when there is no such user, or when his hash is no longer
    /// <paramref name="replacing"/>: somebody changed the password meanwhile, and that must stand.
    /// </summary>
    /// <param name="id">The user.</param>
    /// <param name="hash">The new PHC string.</param>
    /// <param name="replacing">The hash it takes the place of; null for whichever.</param>
    /// <param name="stop">Gives up as long as nothing was written.</param>
    ValueTask<bool> SavePasswordHashAsync(UserId id, string hash, string? replacing, CancellationToken stop);
}

/// <summary>How a change of the directory went.</summary>
public enum DirectoryChange
{
    Done,

    /// <summary>No such user or group.</summary>
    NotFound,

    /// <summary>The id or one of the login names belongs to somebody already.</summary>
    NameTaken,

    /// <summary>A group names a member that does not exist.</summary>
    MemberUnknown,

    /// <summary>An id, name, description or home is empty, too long, or holds control characters.</summary>
    NameInvalid,

    /// <summary>The directory is full.</summary>
    Full,
}

/// <summary>Changes to the embedded directory. Each is durable when its task ends, and seen by the next question to this provider.</summary>
public interface IDirectoryAdministration
{
    /// <summary>Adds a user with the hash of his password.</summary>
    ValueTask<DirectoryChange> AddUserAsync(UserRecord user, string passwordHash, CancellationToken stop);

    /// <summary>Removes a user, his memberships, and what he stored: a later user of the same id starts with nothing.</summary>
    ValueTask<DirectoryChange> RemoveUserAsync(UserId id, CancellationToken stop);

    /// <summary>Gives a user another home, or with an empty name none; it counts from his next login on.</summary>
    ValueTask<DirectoryChange> SetHomeAsync(UserId id, string homeHub, CancellationToken stop);

    /// <summary>Gives a user another display name, other further login names and another description; his id, and so all that is his, stays.</summary>
    ValueTask<DirectoryChange> RenameUserAsync(UserId id, string displayName, Items<string> loginNames, string description, CancellationToken stop);

    /// <summary>Keeps a user out, or lets him in again; what he has is kept. Done, without a fact, if it is so already.</summary>
    ValueTask<DirectoryChange> SetDisabledAsync(UserId id, bool isDisabled, CancellationToken stop);

    /// <summary>Makes a group, or gives it other members.</summary>
    ValueTask<DirectoryChange> SaveGroupAsync(GroupRecord group, CancellationToken stop);

    /// <summary>Removes a group; its members stay.</summary>
    ValueTask<DirectoryChange> RemoveGroupAsync(string id, CancellationToken stop);
}
