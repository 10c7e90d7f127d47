using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Providers.ChatLog;

/// <summary>An entry as a store finds it.</summary>
/// <param name="At">Where it is.</param>
/// <param name="Undelivered">Why it did not go out; null when it did.</param>
/// <param name="Event">The event; null when its time was over and it was removed.</param>
internal readonly record struct FoundChatLine(ChatLogCursor At, Reason? Undelivered, StoredEvent? Event);

/// <summary>Facts of a stream of conversations that are not in the store.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="From">Number of the first one.</param>
/// <param name="To">Number of the last one.</param>
internal readonly record struct ChatGap(EventStreamName Stream, long From, long To);

/// <summary>What each store does by itself for the log of conversations.</summary>
internal interface IChatLines
{
    /// <summary>The entries that a query finds by users, conversation and time, in order; texts and places are not compared.</summary>
    ValueTask<List<FoundChatLine>> FindAsync(ChatLogQuery query, int linesMax, CancellationToken stop);

    /// <summary>Marks, in one transaction, what former incarnations of a hub left open.</summary>
    ValueTask<int> InterruptAsync(ushort hub, uint incarnation, CancellationToken stop);

    /// <summary>Numbers that streams of conversations lack below their last one. What was removed in order is no gap: of such a stream the links tell.</summary>
    ValueTask<List<ChatGap>> FindGapsAsync(CancellationToken stop);
}
