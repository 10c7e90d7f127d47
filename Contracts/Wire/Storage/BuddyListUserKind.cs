namespace Sametime.Contracts.Wire.Storage;

/// <summary>Kind of a user in a buddy list, the last character of its first word. Other characters are kept as they are.</summary>
public enum BuddyListUserKind
{
    /// <summary>A user of the own community.</summary>
    Internal = '1',

    /// <summary>A user of another community; the id starts with <c>@E </c>.</summary>
    External = '2',

    /// <summary>Said to be unknown by the client that wrote it.</summary>
    Unknown = '9',
}
