using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Events;

/// <summary>A user was added to the embedded directory.</summary>
[EventName("directory.user-added", 1)]
public sealed record UserAdded(
    [Personal] UserId User,
    [Personal] string DisplayName,
    [Personal] Items<string> LoginNames,
    [Personal] string Description,
    [Secret] string PasswordHash) : IEvent;

/// <summary>A user was removed, and with him his membership in every group.</summary>
[EventName("directory.user-removed", 1)]
public sealed record UserRemoved([Personal] UserId User) : IEvent;

/// <summary>A user's password, or the cost of its hash, changed. The hash is a PHC string; the password is nowhere.</summary>
[EventName("directory.user-password-changed", 1)]
public sealed record UserPasswordChanged([Personal] UserId User, [Secret] string PasswordHash) : IEvent;

/// <summary>A user was given a home: a hub or cluster by name, or none when empty. Who has no such event has none.</summary>
[EventName("directory.user-home-set", 1)]
public sealed record UserHomeSet([Personal] UserId User, [NotPersonal] string HomeHub) : IEvent;

/// <summary>A user was given other names, or another description; his id stays.</summary>
[EventName("directory.user-renamed", 1)]
public sealed record UserRenamed(
    [Personal] UserId User, [Personal] string DisplayName, [Personal] Items<string> LoginNames, [Personal] string Description) : IEvent;

/// <summary>A user may not log in until he is enabled again; what he has is kept.</summary>
[EventName("directory.user-disabled", 1)]
public sealed record UserDisabled([Personal] UserId User) : IEvent;

/// <summary>A user may log in again.</summary>
[EventName("directory.user-enabled", 1)]
public sealed record UserEnabled([Personal] UserId User) : IEvent;

/// <summary>A public group was made or changed; the members are all of its members now.</summary>
[EventName("directory.group-saved", 1)]
public sealed record GroupSaved([NotPersonal] string Group, [NotPersonal] string Description, [Personal] Items<UserId> Members) : IEvent;

/// <summary>A public group was removed.</summary>
[EventName("directory.group-removed", 1)]
public sealed record GroupRemoved([NotPersonal] string Group) : IEvent;
