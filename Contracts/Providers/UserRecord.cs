using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Providers;

/// <summary>A user as a directory knows him. No secret in it.</summary>
/// <param name="Id">His lasting id, in the directory's spelling.</param>
/// <param name="DisplayName">Shown to others.</param>
/// <param name="LoginNames">Further names he may log in with; the id is one without being listed.</param>
/// <param name="Description">A word on him, shown to others; usually empty.</param>
/// <param name="HomeHub">Name of the hub or cluster he is to be logged in at; empty for any.</param>
/// <param name="IsDisabled">He may not log in, by password or token; he is found all the same.</param>
public sealed record UserRecord(
    UserId Id, string DisplayName, Items<string> LoginNames, string Description = "", string HomeHub = "", bool IsDisabled = false);

/// <summary>A public group as a directory knows it.</summary>
/// <param name="Id">Its lasting name, in the directory's spelling; case makes no difference.</param>
/// <param name="Members">Ids of its users.</param>
/// <param name="Description">A word on it; usually empty.</param>
public sealed record GroupRecord(string Id, Items<UserId> Members, string Description = "");
