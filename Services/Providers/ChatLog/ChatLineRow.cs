using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers.Subjects;

namespace Sametime.Services.Providers.ChatLog;

/// <summary>What an entry of the log of conversations is; the numbers are stored.</summary>
internal enum ChatRowKind
{
    Started = 1,
    Line = 2,
    NotCaptured = 3,
    LinesMissed = 4,
    Ended = 5,
    Interrupted = 6,
}

/// <summary>
/// What the table <c>chat_line</c> keeps of a fact, so that it is found again: who, to whom, when, in which conversation, and never what
/// was said. Persons are in it under the opaque ids that stand for them in the log, so there is nothing in it to erase. A mark that names
/// no users gets those of its conversation's beginning.
/// </summary>
/// <param name="Kind">What it is.</param>
/// <param name="Author">Who said it, or began the conversation; null for those of its beginning.</param>
/// <param name="Recipient">To whom.</param>
internal sealed record ChatLineRow(ChatRowKind Kind, string? Author, string? Recipient)
{
    private const string ChatFacts = "chat.";

    /// <summary>Whether a stored event is folded into the tables of conversations. Another fact could not be read as long as it is sealed.</summary>
    public static bool IsOfChat(SealedEvent stored) =>
        (stored.Stream.IsChat || stored.Stream.IsOfInterruptedChats) && stored.Written.Name.StartsWith(ChatFacts, StringComparison.Ordinal);

    /// <summary>A stored event as a fact in which persons and what they said are still sealed.</summary>
    public static IEvent FactOf(SealedEvent stored) => EventCatalogue.Current.Read(stored.Written);

    /// <summary>The row of a fact in which persons are still sealed; null when it has none.</summary>
    public static ChatLineRow? Of(IEvent fact) => fact switch
    {
        ChatStarted started => new(ChatRowKind.Started, KeyOf(started.CreatorUser), KeyOf(started.AcceptorUser)),
        ChatLineCaptured line => new(ChatRowKind.Line, KeyOf(line.AuthorUser), KeyOf(line.RecipientUser)),
        ChatNotCaptured side => new(ChatRowKind.NotCaptured, KeyOf(side.AuthorUser), KeyOf(side.RecipientUser)),
        ChatLinesMissed => new(ChatRowKind.LinesMissed, null, null),
        ChatEnded => new(ChatRowKind.Ended, null, null),
        ChatInterrupted => new(ChatRowKind.Interrupted, null, null),
        _ => null,
    };

    // Empty in a place, which has no recipient.
    private static string KeyOf(UserId user) => SealedToken.IdIn(user.ToString())?.Value ?? "";
}
