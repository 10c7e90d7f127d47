using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link.Applications;

/// <summary>
/// Application to hub: which hub is, or is to be, the one of this place? Where it is active already; else the live hub with the fewest
/// places, among equals the one with the lowest number. Places that were allocated a moment ago and are not active yet count.
/// <code>place String</code>
/// Refused with RequestInvalid (no id, or too long a one) and ServerNotResponding (it is active at a hub that cannot be reached now).
/// </summary>
public sealed record AllocatePlaceRequest(string Place) : ILinkRequest<AllocatePlaceRequest, PlaceHub>
{
    public static ServiceType Service => CommunityServices.OnlineDirectory;

    public static ushort Code => 1;

    public static AllocatePlaceRequest Read(ref WireReader reader) => new(reader.ReadString());

    public void Write(ref WireWriter writer) => writer.WriteString(Place);
}

/// <summary>Hub to application: the hub of a place.
/// <code>number uint16, node String (login id of the hub)</code></summary>
public readonly record struct PlaceHub(ushort Number, LoginId Node) : ILinkReply<PlaceHub>
{
    public static PlaceHub Read(ref WireReader reader)
    {
        var number = reader.ReadUInt16();
        _ = LoginId.TryParse(reader.ReadString(), out var node);
        return new PlaceHub(number, node);
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt16(Number);
        writer.WriteString(Node.ToString());
    }
}

/// <summary>
/// Application to its own hub: this place is active here from now on, until it says otherwise or its link ends.
/// <code>place String</code>
/// Refused with RequestInvalid (no id, or too long a one), ServerFull (too many), NotOwner (another application of this hub has it),
/// ConnectElsewhere (it is active at another hub) and ServerNotResponding (at one that cannot be reached now).
/// </summary>
public sealed record ActivatePlaceRequest(string Place) : ILinkRequest<ActivatePlaceRequest, Done>
{
    public static ServiceType Service => CommunityServices.OnlineDirectory;

    public static ushort Code => 2;

    public static ActivatePlaceRequest Read(ref WireReader reader) => new(reader.ReadString());

    public void Write(ref WireWriter writer) => writer.WriteString(Place);
}

/// <summary>Application to its own hub: this place is active no more. NoSuchElement when it was not, by this application.
/// <code>place String</code></summary>
public sealed record DeactivatePlaceRequest(string Place) : ILinkRequest<DeactivatePlaceRequest, Done>
{
    public static ServiceType Service => CommunityServices.OnlineDirectory;

    public static ushort Code => 3;

    public static DeactivatePlaceRequest Read(ref WireReader reader) => new(reader.ReadString());

    public void Write(ref WireWriter writer) => writer.WriteString(Place);
}

/// <summary>
/// Hub to the application that had activated a place: it was found active at another hub too, which keeps it. Here it is active no more;
/// its members are to be sent there.
/// <code>place String, number uint16, node String (login id of the hub that keeps it)</code>
/// </summary>
public sealed record PlaceTaken(string Place, ushort Hub, LoginId Node) : ICommunityEvent<PlaceTaken>
{
    public static CommunityEventKinds Kind => CommunityEventKinds.PlaceTaken;

    public static PlaceTaken Read(ref WireReader reader)
    {
        var (place, hub) = (reader.ReadString(), reader.ReadUInt16());
        _ = LoginId.TryParse(reader.ReadString(), out var node);
        return new PlaceTaken(place, hub, node);
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteString(Place);
        writer.WriteUInt16(Hub);
        writer.WriteString(Node.ToString());
    }
}
