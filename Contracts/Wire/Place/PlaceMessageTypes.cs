namespace Sametime.Contracts.Wire.Place;

/// <summary>
/// Message types on a place channel (service <c>0x80000022</c>). The server is the place; each member has one channel to it.
/// Types not listed here are ignored. Source: community protocol, place.
/// </summary>
public static class PlaceMessageTypes
{
    /// <summary>From client: <see cref="PlaceJoin"/>. To client: <see cref="PlaceJoined"/>.</summary>
    public const ushort Join = 0x0000;

    /// <summary>From client: <see cref="PlaceInformationRequest"/>. To client: <see cref="PlaceInformation"/>.</summary>
    public const ushort Information = 0x0002;

    /// <summary>From client: <see cref="PlaceMessage"/>.</summary>
    public const ushort Message = 0x0003;

    /// <summary>To client: <see cref="PlaceMessageNotice"/>.</summary>
    public const ushort MessageNotice = 0x0004;

    /// <summary>From client: <see cref="PlaceInvite"/>.</summary>
    public const ushort Invite = 0x0005;

    /// <summary>From client: <see cref="PlaceAttributeSet"/>.</summary>
    public const ushort SetAttribute = 0x000a;

    /// <summary>From client: <see cref="PlaceAttributeClear"/>.</summary>
    public const ushort ClearAttribute = 0x000b;

    /// <summary>From client: <see cref="PlaceSectionRequest"/>. To client: <see cref="PlaceSectionNotice"/>.</summary>
    public const ushort Section = 0x0014;
}
