using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Providers;

/// <summary>What to find in the log of conversations. A condition that is not set lets everything pass.</summary>
public sealed record ChatLogQuery
{
    /// <summary>Said by him or to him.</summary>
    public UserId User { get; init; }

    /// <summary>And the other one is this; only together with <see cref="User"/>.</summary>
    public UserId With { get; init; }

    /// <summary>Of this conversation, which is the correlation of its facts.</summary>
    public string Conversation { get; init; } = "";

    /// <summary>Said in this place. Without regard to case.</summary>
    public string Place { get; init; } = "";

    /// <summary>At this time or later.</summary>
    public DateTimeOffset From { get; init; } = DateTimeOffset.MinValue;

    /// <summary>Before this time.</summary>
    public DateTimeOffset To { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>Lines that hold this text, without regard to case. Marks are left out then.</summary>
    public string Text { get; init; } = "";

    /// <summary>Only what comes behind this; the beginning when null.</summary>
    public ChatLogCursor? After { get; init; }

    /// <summary>Entries on the page at most; 0 for as many as the provider gives out at once.</summary>
    public int EntriesMax { get; init; }
}

/// <summary>A place in the log of conversations, in the order in which it is read: by time, then by stream and sequence.</summary>
public readonly record struct ChatLogCursor(DateTimeOffset Occurred, EventStreamName Stream, long Sequence);

/// <summary>
/// One entry of the log: a line (<see cref="ChatLineCaptured"/>), or a mark that says what became of a conversation
/// (<see cref="ChatStarted"/>, <see cref="ChatNotCaptured"/>, <see cref="ChatLinesMissed"/>, <see cref="ChatEnded"/>, <see cref="ChatInterrupted"/>).
/// </summary>
/// <param name="At">Where it is.</param>
/// <param name="Conversation">What it belongs to.</param>
/// <param name="Undelivered">Why a line did not go out to its recipient; null when it did, or when this is no line.</param>
/// <param name="Fact">The fact. Of a person who was erased it holds placeholders.</param>
public sealed record ChatLogEntry(ChatLogCursor At, string Conversation, Reason? Undelivered, IEvent Fact);

/// <summary>Some entries in order.</summary>
/// <param name="Entries">May be fewer than asked for, and none, although there are more.</param>
/// <param name="Next">What to ask for next (<see cref="ChatLogQuery.After"/>); null when there is nothing behind these.</param>
public sealed record ChatLogPage(Items<ChatLogEntry> Entries, ChatLogCursor? Next);

/// <summary>Bounds of one question to the log of conversations. Bound from the section <c>ChatLog:Limits</c>.</summary>
public sealed class ChatLogLimits
{
    /// <summary>Entries on one page. Default 500.</summary>
    public int PageEntriesMax { get; set; } = 500;

    /// <summary>Bytes of text on one page, so that a page fits into one answer over a link. Default 256 KiB.</summary>
    public int PageBytesMax { get; set; } = 256 * 1024;

    /// <summary>Entries that one page may look at when texts or places are compared, which no index knows. Default 10,000: about a second.</summary>
    public int PageScannedMax { get; set; } = 10_000;
}
