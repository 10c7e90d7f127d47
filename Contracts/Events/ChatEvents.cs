using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Events;

/// <summary>Whether conversations are logged, and what a line waits for.</summary>
public enum ChatLogMode : byte
{
    /// <summary>Nothing is captured.</summary>
    Off = 0,

    /// <summary>A line is delivered at once and captured afterwards; what could not be captured leaves a mark in the log.</summary>
    Relaxed = 1,

    /// <summary>A line is durable in the log before it is delivered; one that cannot be is refused.</summary>
    Strict = 2,
}

/// <summary>What becomes of the ciphers that two clients offer each other while conversations are logged.</summary>
public enum EncryptedChat : byte
{
    /// <summary>They stand; the log says that the conversation was encrypted and not captured.</summary>
    Pass = 0,

    /// <summary>They are taken out of the offer, so that the clients talk in the clear; a client that insists is refused.</summary>
    Decline = 1,
}

/// <summary>What the text of a captured line is.</summary>
public enum ChatContent : byte
{
    /// <summary>Plain text, as typed.</summary>
    Text = 0,

    Html = 1,

    /// <summary>A MIME message as it came.</summary>
    Mime = 2,

    /// <summary>The subject of the conversation.</summary>
    Subject = 3,
}

/// <summary>
/// A conversation of two users began to be captured at this hub. This and what follows of it share a correlation, which is that of the
/// channel. Of a channel over two hubs each hub captures what its own user says.
/// </summary>
[EventName("chat.started", 1)]
public sealed record ChatStarted(
    [NotPersonal] LoginId Creator,
    [Personal] UserId CreatorUser,
    [NotPersonal] LoginId Acceptor,
    [Personal] UserId AcceptorUser,
    ChatLogMode Mode) : IEvent;

/// <summary>Somebody said something.</summary>
/// <param name="Author">Login that said it.</param>
/// <param name="AuthorUser">Its user; the text is his.</param>
/// <param name="Recipient">Login it was said to; of a place the zero login.</param>
/// <param name="RecipientUser">Its user; empty in a place.</param>
/// <param name="Content">What the text is.</param>
/// <param name="Text">What was said.</param>
/// <param name="Place">Where, when it was in a place; otherwise empty.</param>
[EventName("chat.line-captured", 1)]
public sealed record ChatLineCaptured(
    [NotPersonal] LoginId Author,
    [Personal] UserId AuthorUser,
    [NotPersonal] LoginId Recipient,
    [Personal] UserId RecipientUser,
    ChatContent Content,
    [Personal(nameof(AuthorUser))] string Text,
    [Personal(nameof(AuthorUser))] string Place = "") : IEvent;

/// <summary>What one side says is encrypted between the two clients, so it is not captured. Stated once a side.</summary>
[EventName("chat.not-captured", 1)]
public sealed record ChatNotCaptured(
    [NotPersonal] LoginId Author, [Personal] UserId AuthorUser, [NotPersonal] LoginId Recipient, [Personal] UserId RecipientUser) : IEvent;

/// <summary>A line that is in the log did not go out to its recipient: refused, or the channel ended first.</summary>
/// <param name="Line">Sequence of the line in this stream.</param>
/// <param name="Reason">What the two were told.</param>
[EventName("chat.line-undelivered", 1)]
public sealed record ChatLineUndelivered(long Line, Reason Reason) : IEvent;

/// <summary>Lines of this conversation were delivered and are not in the log: a gap.</summary>
/// <param name="Lines">How many, at least.</param>
/// <param name="Why">One sentence.</param>
[EventName("chat.lines-missed", 1)]
public sealed record ChatLinesMissed(long Lines, [NotPersonal] string Why) : IEvent;

/// <summary>A captured conversation ended, or its capture was switched off.</summary>
[EventName("chat.ended", 1)]
public sealed record ChatEnded(Reason Reason) : IEvent;

/// <summary>
/// A hub ended without having ended this conversation, which the correlation names: what was said last may be missing (relaxed), or
/// captured and not delivered (strict). Without a correlation it says so of the hub as a whole: a conversation whose beginning the log was
/// never told may have had its end there too.
/// </summary>
[EventName("chat.interrupted", 1)]
public sealed record ChatInterrupted(ushort Hub, uint Incarnation) : IEvent;

/// <summary>How conversations are logged was changed; it counts from the next message on.</summary>
/// <param name="Mode">Whether, and what a line waits for.</param>
/// <param name="Encrypted">What becomes of ciphers between clients.</param>
/// <param name="Actor">Who changed it, as the operating system names him.</param>
[EventName("chat.policy-set", 1)]
public sealed record ChatLogPolicySet(ChatLogMode Mode, EncryptedChat Encrypted, [NotPersonal] string Actor) : IEvent;
