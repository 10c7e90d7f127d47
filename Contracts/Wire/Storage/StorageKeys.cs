namespace Sametime.Contracts.Wire.Storage;

/// <summary>
/// Keys of stored values with a known meaning. Keys up to <see cref="ReservedMax"/> are the official clients'; those above are free
/// for everybody else. A text value is a <see cref="StorageText"/>. Source: community protocol, storage.
/// </summary>
public static class StorageKeys
{
    /// <summary>The buddy list: <see cref="BuddyListText"/> in a <see cref="StorageText"/>.</summary>
    public const uint BuddyList = 0x00;

    /// <summary>Default text of an invitation to a chat.</summary>
    public const uint ChatInvitationText = 0x06;

    /// <summary>Default text of an invitation to a meeting.</summary>
    public const uint MeetingInvitationText = 0x0e;

    /// <summary>The last five texts for "away", separated by ';'.</summary>
    public const uint AwayTexts = 0x50;

    /// <summary>The last five texts for "busy", separated by ';'.</summary>
    public const uint BusyTexts = 0x5a;

    /// <summary>The last five texts for "active", separated by ';'.</summary>
    public const uint ActiveTexts = 0x64;

    /// <summary>The last key that is reserved for official clients.</summary>
    public const uint ReservedMax = 100_000;
}
