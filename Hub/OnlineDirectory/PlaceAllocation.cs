using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Wire;

namespace Sametime.Hub.OnlineDirectory;

/// <summary>
/// Says which hub a new place is made at: the live one with the fewest places, among equals the one with the lowest number. What this hub
/// has allocated itself counts until it is active or its time is over, so that many asked for in a moment are spread too; what other
/// hubs allocate at the same moment is not known here, and evens out with the next ones.
/// </summary>
internal sealed class PlaceAllocation(OnlineDirectory directory, TimeProvider time, HubLimits limits)
{
    private readonly Dictionary<string, Allocated> _allocated = [];

    /// <summary>Null when it is active at a hub that cannot be reached now.</summary>
    public PlaceHub? HubOf(string place)
    {
        Forget();
        switch (directory.WhereIsPlace(place, out var hub))
        {
            case Whereabouts.Live:
                return At(hub);
            case Whereabouts.Stale:
                return null;
        }
        if (_allocated.TryGetValue(place, out var before) && IsLive(before.Hub))
            return At(before.Hub);

        var counts = directory.Parts.Where(part => part.IsLive).Select(part => (part.Hub, part.Places.Count))
            .Append((directory.Own.Hub, directory.Own.Places.Count));
        var chosen = counts.MinBy(entry => (entry.Count + _allocated.Values.Count(other => other.Hub == entry.Hub), entry.Hub)).Hub;
        if (_allocated.Count < limits.PlacesAllocatedMax)
            _allocated[place] = new Allocated(chosen, time.GetTimestamp());
        return At(chosen);
    }

    public void OnOpened(string place) => _allocated.Remove(place);

    private void Forget()
    {
        foreach (var (place, allocated) in _allocated)
        {
            // Removing while going through is allowed, and ends nothing.
            if (time.GetElapsedTime(allocated.At) >= limits.PlaceAllocation)
                _allocated.Remove(place);
        }
    }

    private bool IsLive(ushort hub) => hub == directory.Own.Hub || (directory.TryGetPart(hub, out var part) && part.IsLive);

    private PlaceHub At(ushort hub) => new(hub, directory.NodeOf(hub));

    private readonly record struct Allocated(ushort Hub, long At);
}
