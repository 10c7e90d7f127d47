using Sametime.Contracts.ServerApplications;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;

namespace Sametime.Services.BuddyList;

/// <summary>One awareness channel: who watches, and whom. A short list is searched as it is; a long one gets an index.</summary>
internal sealed class Watcher(ChannelId channel, string userId, string loginId)
{
    private const int IndexedFrom = 16;

    private readonly List<Watch> _watches = [];
    private Dictionary<AwareId, Watch>? _index;

    public ChannelId Channel { get; } = channel;

    public string UserId { get; } = userId;

    public string LoginId { get; } = loginId;

    /// <summary>Attributes it wants to hear of, for all whom it watches.</summary>
    public uint[] Keys { get; set; } = [];

    public IReadOnlyList<Watch> Watches => _watches;

    /// <summary>The channel as the application has it.</summary>
    public ServiceChannel? Line { get; set; }

    /// <summary>The other end is gone, and only what it asked before is still being answered.</summary>
    public bool HasEnded => Line is { IsOpen: false };

    public bool Wants(uint key) => Array.IndexOf(Keys, key) >= 0;

    public Watch? Find(AwareId id)
    {
        if (_index is not null)
            return _index.GetValueOrDefault(id);
        foreach (var watch in _watches)
        {
            if (watch.Spelling.Id == id)
                return watch;
        }
        return null;
    }

    public void Add(Watch watch)
    {
        watch.SlotAtWatcher = _watches.Count;
        _watches.Add(watch);
        if (_index is not null)
            _index.Add(watch.Spelling.Id, watch);
        else if (_watches.Count >= IndexedFrom)
            _index = _watches.ToDictionary(static known => known.Spelling.Id);
    }

    public void Remove(Watch watch)
    {
        var last = _watches[^1];
        _watches[watch.SlotAtWatcher] = last;
        last.SlotAtWatcher = watch.SlotAtWatcher;
        _watches.RemoveAt(_watches.Count - 1);
        _index?.Remove(watch.Spelling.Id);
    }
}
