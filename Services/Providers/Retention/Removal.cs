using Sametime.Contracts.Events;
using Sametime.Services.Providers.Links;
using Sametime.Services.Providers.Subjects;

namespace Sametime.Services.Providers.Retention;

/// <summary>What one transaction removes.</summary>
/// <param name="Known">How many events had been removed before, as whoever decided this knows it.</param>
/// <param name="Events">The events.</param>
/// <param name="Runs">What the links lead over from now on; each takes the place of the one that began at the same position.</param>
/// <param name="Merged">Those that are a part of another one now.</param>
internal sealed record Removal(
    long Known, IReadOnlyList<SealedEvent> Events, IReadOnlyCollection<RemovedEvents> Runs, IReadOnlyCollection<(EventStreamName Stream, long From)> Merged)
{
    /// <summary>The kinds of rows of conversations that have their persons from the row of the beginning.</summary>
    public const string KindsWithoutPersons = "(4, 5, 6)";

    /// <summary>The captured facts among the events.</summary>
    public IEnumerable<SealedEvent> Chats => Events.Where(stored => stored.Stream.IsChat);

    /// <summary>The conversations they belong to.</summary>
    public IEnumerable<string> Conversations => Chats.Select(stored => stored.Cause.Correlation ?? "").Distinct();
}
