namespace Sametime.Services.Browsing;

/// <summary>Limits of the Directory application, which clients page through directories by. Bound from the section <c>Browsing</c>.</summary>
internal sealed class BrowsingOptions
{
    /// <summary>Entries of one page; who asks for more gets so many.</summary>
    public int PageEntriesMax { get; set; } = 100;

    /// <summary>Directories and groups that one channel may have open; one more is refused with NotEnoughResources.</summary>
    public int OpenMax { get; set; } = 8;

    /// <summary>Characters of a query or of a group's name; a longer one fits nothing.</summary>
    public int QueryCharsMax { get; set; } = 256;

    /// <summary>Requests a second of one channel, once the burst is used up; faster ones wait.</summary>
    public double RequestsPerSecond { get; set; } = 5;

    /// <summary>Requests of one channel at once.</summary>
    public int RequestsBurst { get; set; } = 20;

    /// <summary>Members of a group that a hub is told of; a larger group is refused with NotEnoughResources.</summary>
    public int GroupMembersMax { get; set; } = 10_000;

    /// <summary>Bytes of the ids of those members together, so that the answer stays below the size of a frame; beyond: the same.</summary>
    public int GroupBytesMax { get; set; } = 1024 * 1024;
}
