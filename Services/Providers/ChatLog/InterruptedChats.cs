using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;

namespace Sametime.Services.Providers.ChatLog;

/// <summary>What the log says of a hub that ended in the middle of conversations.</summary>
internal static class InterruptedChats
{
    /// <summary>
    /// A mark for each conversation that it left open, and one for each start of the hub as a whole: what it had not told the log died with
    /// it, and that may be the beginning of a conversation.
    /// </summary>
    public static IReadOnlyList<NewEvent> Marks(ushort hub, IReadOnlyList<(uint Incarnation, string Conversation)> open, DateTimeOffset now) =>
    [
        .. open.Select(chat => new NewEvent(new ChatInterrupted(hub, chat.Incarnation), now, new EventCause(chat.Conversation))),
        .. open.Select(chat => chat.Incarnation).Distinct().Select(incarnation => new NewEvent(new ChatInterrupted(hub, incarnation), now)),
    ];
}
