namespace Sametime.Contracts.Wire.InstantMessaging;

/// <summary>
/// What the ends of a conversation can do (u32). Known by whole values, not by bits; a callee accepts <see cref="Plain"/> or exactly its
/// own value, and a caller refused with <see cref="Reason.ImTypeNotRegistered"/> tries again with <see cref="Plain"/>. Other values exist
/// and are passed on. Source: community protocol, IM.
/// </summary>
public static class ImFeatures
{
    /// <summary>Text and typing notices.</summary>
    public const uint Plain = 0x0000_0001;

    /// <summary>Not a conversation: a channel only to deliver an <see cref="ImPlaceInvitation"/>.</summary>
    public const uint PlaceInvitation = 0x0000_0019;

    /// <summary>NotesBuddy style: also HTML, MIME and a subject. Pidgin offers it.</summary>
    public const uint Rich = 0x0003_3453;
}
