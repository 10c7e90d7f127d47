namespace Sametime.Services.BuddyList.OtherHubs;

/// <summary>Hears whom anybody here watches, so that it can be found out how they are at other hubs.</summary>
internal interface IWatchedUsers
{
    /// <summary>The first watcher of a user has come.</summary>
    void Begin(string userId);

    /// <summary>The last watcher of a user has gone.</summary>
    void End(string userId);
}
