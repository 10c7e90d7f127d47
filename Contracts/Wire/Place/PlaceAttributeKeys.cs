namespace Sametime.Contracts.Wire.Place;

/// <summary>Keys of a member's attributes in a place with a known meaning; all others are opaque to us. Source: community protocol, place.</summary>
public static class PlaceAttributeKeys
{
    /// <summary>The member is typing.</summary>
    public const uint Typing = 0x08;
}
