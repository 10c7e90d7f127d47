namespace Sametime.Services.BuddyList.OtherHubs;

/// <summary>The Online Directory, which knows at which hubs a user is. Its answers come as events, now and at every change.</summary>
internal interface ILocator
{
    void Locate(IReadOnlyCollection<string> userIds);

    void Unlocate(IReadOnlyCollection<string> userIds);
}
