using Sametime.Contracts.Wire;

namespace Sametime.Services.BuddyList;

/// <summary>One watcher of one user. Knows its place in both lists, so that it leaves them without a search.</summary>
internal sealed class Watch(Watcher watcher, Spelling spelling)
{
    public Watcher Watcher { get; } = watcher;

    public Spelling Spelling { get; } = spelling;

    /// <summary>Here as well, so that one-to-many delivery does not visit each watcher.</summary>
    public ChannelId Channel { get; } = watcher.Channel;

    /// <summary>Whether the watched user lets this watcher see him. If not, the watcher was told that he is offline.</summary>
    public bool MaySee { get; set; }

    public int SlotAtSpelling { get; set; }

    public int SlotAtWatcher { get; set; }
}
