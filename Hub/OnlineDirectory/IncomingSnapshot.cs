using Sametime.Contracts.Link.Hubs;

namespace Sametime.Hub.OnlineDirectory;

/// <summary>The frames of one snapshot, put together.</summary>
internal sealed class IncomingSnapshot(DirectorySnapshot first)
{
    private uint _next;

    public uint Incarnation => first.Incarnation;

    public ulong Sequence => first.Sequence;

    public List<DirectoryChange> Entries { get; } = [];

    /// <summary>False when the frame does not follow the one before, or there are more entries than a hub can have.</summary>
    public bool TryAdd(DirectorySnapshot frame, int entriesMax)
    {
        if (frame.Number != _next++ || frame.Sequence != Sequence || frame.Entries.Count > entriesMax - Entries.Count)
            return false;
        Entries.AddRange(frame.Entries.Span);
        return true;
    }
}
