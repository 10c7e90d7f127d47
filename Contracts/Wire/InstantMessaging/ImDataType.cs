namespace Sametime.Contracts.Wire.InstantMessaging;

/// <summary>What an <see cref="ImData"/> holds (u32). Unknown values are kept.</summary>
public enum ImDataType : uint
{
    /// <summary>The writer types or has stopped: <see cref="ImData.Typing"/>. No data.</summary>
    Typing = 0x0001,

    /// <summary>Subject of the conversation, as text.</summary>
    Subject = 0x0003,

    /// <summary>A line, or a piece of a long message, as HTML.</summary>
    Html = 0x0004,

    /// <summary>A MIME document: HTML with images, or a piece of one.</summary>
    Mime = 0x0005,

    /// <summary>When the conversation took place, as text <c>YYYY:MM:DD:HH:mm:SS</c>. libmeanwhile ignores it.</summary>
    TimeStamp = 0x0006,

    /// <summary>An <see cref="ImPlaceInvitation"/>.</summary>
    PlaceInvitation = 0x000a,

    /// <summary>A long message starts. No data; the text or data messages up to the end are its pieces, cut at any byte.</summary>
    LongMessageStart = 0x1388,

    /// <summary>A long message ends. No data.</summary>
    LongMessageEnd = 0x1389,
}
