using Microsoft.Extensions.Logging;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Wire;
using Sametime.Hub.Community;
using Sametime.Hub.Providing;

namespace Sametime.Hub.OnlineDirectory;

/// <summary>
/// Which places are active here, said by applications of this hub. A place that is found active at two live hubs, as after a partition,
/// stays at the one with the lower number; the other one closes it and tells the application that had opened it.
/// </summary>
internal sealed class ActivePlaces
{
    private readonly OnlineDirectory _directory;
    private readonly DirectoryReplication _replication;
    private readonly PlaceAllocation _allocation;
    private readonly CommunityEvents _community;
    private readonly HubFacts _facts;
    private readonly HubLimits _limits;
    private readonly HubCounters _counters;
    private readonly ILogger _log;

    // Doubles that this hub has found and kept, until the other one has closed its own.
    private readonly HashSet<(string Place, ushort Hub)> _kept = [];

    public ActivePlaces(
        OnlineDirectory directory, DirectoryReplication replication, CommunityEvents community, HubFacts facts, TimeProvider time,
        HubLimits limits, HubCounters counters, ILogger log)
    {
        (_directory, _replication, _community, _facts, _limits, _counters, _log) = (directory, replication, community, facts, limits, counters, log);
        _allocation = new PlaceAllocation(directory, time, limits);
        directory.PlaceOpened += OnOpened;
        directory.PlaceClosed += place => _kept.RemoveWhere(kept => kept.Place == place);
        directory.PartLive += part =>
        {
            foreach (var place in part.Places)
                Check(place, part);
        };
    }

    /// <summary>Answers a question of an application of this hub; <paramref name="where"/> is set when it is where a place is to be.</summary>
    public Reason Answer(Application asker, ushort code, ref WireReader reader, out PlaceHub? where)
    {
        where = null;
        var place = reader.ReadString();
        if (reader.Error is not null)
            return Reason.BadData;
        if (place.Length == 0 || place.Length > _limits.IdCharsMax)
            return Reason.RequestInvalid;
        if (code == AllocatePlaceRequest.Code)
        {
            where = _allocation.HubOf(place);
            return where is null ? Reason.ServerNotResponding : Reason.Success;
        }
        return code == ActivatePlaceRequest.Code ? Activate(asker, place)
            : code == DeactivatePlaceRequest.Code ? Deactivate(asker, place)
            : Reason.NotImplemented;
    }

    /// <summary>The link of an application is lost, and nobody has its places any more.</summary>
    public void OnLost(Application application)
    {
        foreach (var (place, owner) in _directory.Own.Places.ToArray())
        {
            if (owner == application)
                Close(place);
        }
    }

    private Reason Activate(Application asker, string place)
    {
        if (_directory.Own.Places.TryGetValue(place, out var owner))
            return owner == asker ? Reason.Success : Reason.NotOwner;
        if (_directory.Own.Places.Count >= _limits.PlacesPerHub)
            return Reason.ServerFull;
        switch (_directory.WhereIsPlace(place, out _))
        {
            case Whereabouts.Live:
                return Reason.ConnectElsewhere;
            case Whereabouts.Stale:
                return Reason.ServerNotResponding;
        }

        _directory.Own.Open(place, asker);
        _replication.OnChanged();
        _directory.TellOpened(place);
        return Reason.Success;
    }

    private Reason Deactivate(Application asker, string place)
    {
        if (!_directory.Own.Places.TryGetValue(place, out var owner) || owner != asker)
            return Reason.NoSuchElement;
        Close(place);
        return Reason.Success;
    }

    private void Close(string place)
    {
        _directory.Own.Close(place);
        _replication.OnChanged();
        _directory.TellClosed(place);
    }

    private void OnOpened(string place)
    {
        _allocation.OnOpened(place);
        foreach (var part in _directory.Parts)
        {
            if (part.IsLive && part.HasPlace(place))
                Check(place, part);
        }
    }

    private void Check(string place, HubPart other)
    {
        var own = _directory.Own;
        if (!own.Places.TryGetValue(place, out var application))
            return;

        if (own.Hub < other.Hub)
        {
            if (!_kept.Add((place, other.Hub)))
                return;
            _facts.DoublePlace(place, own.Hub, other.Hub, own.Hub);
        }
        else
        {
            Close(place);
            _community.TellOnly(application, new PlaceTaken(place, other.Hub, other.Node));
        }
        _counters.DoublePlaces++;
        HubLog.DoublePlace(_log, own.Hub, other.Hub, Math.Min(own.Hub, other.Hub));
    }
}
