namespace Sametime.Services.BuddyList;

/// <summary>Limits and times of the Buddy List. Bound from the section <c>BuddyList</c>.</summary>
internal sealed class BuddyListOptions
{
    /// <summary>
    /// Least time between two rounds of telling watchers: a change after a quiet time is told at once, those that follow it closely are
    /// gathered, and only the last state of each user is told. Zero: at the end of each turn of the loop.
    /// </summary>
    public TimeSpan CoalesceWindow { get; set; } = TimeSpan.FromMilliseconds(2);

    /// <summary>Users that one login may watch; more destroys the channel with RequestInvalid.</summary>
    public int WatchListMax { get; set; } = 2_000;

    /// <summary>Characters of a watched id; more destroys the channel with RequestInvalid.</summary>
    public int IdCharsMax { get; set; } = 256;

    /// <summary>Public groups in one request; more destroys the channel with RequestInvalid. Each is a question to the directory.</summary>
    public int GroupsMax { get; set; } = 50;

    /// <summary>Members of one public group that a watcher is told of; the rest is left out.</summary>
    public int GroupMembersMax { get; set; } = 2_000;

    /// <summary>Attributes that one login may have set at once. Clients set fewer than ten.</summary>
    public int AttributesMax { get; set; } = 64;

    /// <summary>Bytes of one attribute's value. The longest known one is a location in words.</summary>
    public int AttributeBytesMax { get; set; } = 4_096;

    /// <summary>Bytes of one snapshot, at most; a longer one goes out in pieces, so that it stays far below the size of a frame.</summary>
    public int SnapshotBytesMax { get; set; } = 512 * 1024;

    /// <summary>Attribute keys that one watcher may watch.</summary>
    public int WatchedKeysMax { get; set; } = 256;

    /// <summary>Buddy Lists of other hubs that may subscribe at this one at once; one more is refused with ServerFull.</summary>
    public int SubscribersMax { get; set; } = 64;

    /// <summary>Users that the Buddy List of one other hub may subscribe to; more destroys its channel with RequestInvalid, so it asks for no more than this.</summary>
    public int SubscriptionsMax { get; set; } = 100_000;

    /// <summary>Users in one such request; more destroys the channel with RequestInvalid.</summary>
    public int SubscribedAtOnceMax { get; set; } = 1_000;

    /// <summary>
    /// How long watchers go on seeing users of another hub as they were when the way to its Buddy List broke; then they see them offline.
    /// </summary>
    public TimeSpan StaleMax { get; set; } = TimeSpan.FromSeconds(6);

    /// <summary>Wait before the first new attempt to reach the Buddy List of another hub; it doubles with each that fails.</summary>
    public TimeSpan ResubscribeMin { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Longest wait between two such attempts.</summary>
    public TimeSpan ResubscribeMax { get; set; } = TimeSpan.FromSeconds(5);
}
