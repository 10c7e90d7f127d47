namespace Sametime.Contracts.Wire.Storage;

/// <summary>Kind of a group in a buddy list, the last character of its first word. Other characters are kept as they are.</summary>
public enum BuddyListGroupKind
{
    /// <summary>The owner's own group, its users listed below it.</summary>
    Private = '2',

    /// <summary>A group of the directory; its members come from there.</summary>
    Public = '3',

    /// <summary>Said to be unknown by the client that wrote it.</summary>
    Unknown = '9',
}
