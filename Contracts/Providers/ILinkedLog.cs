using Sametime.Contracts.Events;

namespace Sametime.Contracts.Providers;

/// <summary>What is wrong with the links of a log.</summary>
public enum LinkFaultKind
{
    /// <summary>An event does not follow from the one before it: it was altered, or what lay between them was removed or moved.</summary>
    Broken,

    /// <summary>An event has no link.</summary>
    Missing,

    /// <summary>The last events of a stream are gone, or there are some that were never written here.</summary>
    TailCut,

    /// <summary>What says that events were removed in order, or where a stream ends, was not written here.</summary>
    Forged,
}

/// <summary>One place where the links of a log do not hold.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Stream">In which stream.</param>
/// <param name="Position">The position of the event at which it was found; 0 where there is none.</param>
/// <param name="Sequence">The number of that event in its stream; 0 where there is none.</param>
public readonly record struct LinkFault(LinkFaultKind Kind, EventStreamName Stream, long Position, long Sequence);

/// <summary>What a walk along the links found.</summary>
/// <param name="Events">Events that were looked at.</param>
/// <param name="Streams">Streams they lie in.</param>
/// <param name="Unlinked">Events at the beginning of the log that carry no link, because an earlier version wrote them; the migration links them.</param>
/// <param name="Removed">Events that were removed in order, and that the links lead over.</param>
/// <param name="Faults">How many places there are where the links do not hold.</param>
/// <param name="First">The first of them, in the order of the log.</param>
public sealed record LinkReport(long Events, long Streams, long Unlinked, long Removed, long Faults, IReadOnlyList<LinkFault> First)
{
    /// <summary>Nothing was altered, removed, added or moved.</summary>
    public bool IsWhole => Faults == 0;
}

/// <summary>
/// A log whose events are linked: each carries a code, made with a key that lies outside of the store, over what is stored of it and over
/// the link of the event before it in its stream. Whoever changes the store without the key leaves a place where the links do not hold.
/// </summary>
public interface ILinkedLog
{
    /// <summary>Walks along all links, as of one moment.</summary>
    /// <param name="takes">Which streams; null for all.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="StoreException">The store does not answer.</exception>
    ValueTask<LinkReport> VerifyLinksAsync(Func<EventStreamName, bool>? takes, CancellationToken stop);
}
