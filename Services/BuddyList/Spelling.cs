using Sametime.Contracts.Wire.Awareness;

namespace Sametime.Services.BuddyList;

/// <summary>
/// Those who watch a user under the very same id. Clients compare ids byte for byte with what they asked for, so "BOB" and "bob" are one
/// user but need two messages.
/// </summary>
internal sealed class Spelling(AwareId id, Presence presence)
{
    private readonly List<Watch> _watches = [];

    public AwareId Id { get; } = id;

    public Presence Presence { get; } = presence;

    public List<Watch> Watches => _watches;

    public void Add(Watch watch)
    {
        watch.SlotAtSpelling = _watches.Count;
        _watches.Add(watch);
    }

    public void Remove(Watch watch)
    {
        var last = _watches[^1];
        _watches[watch.SlotAtSpelling] = last;
        last.SlotAtSpelling = watch.SlotAtSpelling;
        _watches.RemoveAt(_watches.Count - 1);
    }
}
