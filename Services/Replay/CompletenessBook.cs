using System.Runtime.InteropServices;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;

namespace Sametime.Services.Replay;

/// <summary>
/// Keeps count of what an extract reads and gives out. Gaps are looked for in all that was read, not only in what the filter took: a
/// number that is missing may have been anything.
/// </summary>
/// <param name="asked">The question in words.</param>
/// <param name="startsAtBeginning">Whether the log is read from its first event, so that a stream must begin with 1.</param>
/// <param name="options">How much is named.</param>
internal sealed class CompletenessBook(string asked, bool startsAtBeginning, ReplayOptions options)
{
    private readonly Dictionary<string, StreamNumbers> _streams = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private LogExtent _read;
    private long _eventsRead;
    private (DateTimeOffset First, DateTimeOffset Last)? _occurred;

    /// <summary>Events given out so far.</summary>
    public long Events { get; private set; }

    /// <summary>An event was read.</summary>
    public void Read(StoredEvent stored)
    {
        _read = new LogExtent(_eventsRead == 0 ? stored.Position : _read.First, stored.Position);
        _eventsRead++;
        var stream = stored.Envelope.Stream;
        if (stream.IsOfOneProcess)
            (CollectionsMarshal.GetValueRefOrAddDefault(_streams, stream.Value, out _) ??= new StreamNumbers()).Add(stored.Envelope.Sequence);
    }

    /// <summary>An event was given out.</summary>
    public void Give(StoredEvent stored)
    {
        Events++;
        CollectionsMarshal.GetValueRefOrAddDefault(_counts, EventNames.Of(stored.Envelope.Payload), out _)++;
        var occurred = stored.Envelope.Occurred;
        var (first, last) = _occurred ?? (occurred, occurred);
        _occurred = (occurred < first ? occurred : first, occurred > last ? occurred : last);
    }

    /// <summary>The statement, as of now.</summary>
    /// <param name="removed">What the log says was removed from it.</param>
    /// <param name="isInterrupted">Whether there would have been more.</param>
    /// <param name="continueAfter">Where to go on.</param>
    /// <param name="failure">Why it could not go on, if that is so.</param>
    public Completeness Close(IReadOnlyList<RemovedEvents> removed, bool isInterrupted, long continueAfter, string? failure = null)
    {
        var gaps = new List<StreamFault>();
        var duplicates = new List<StreamFault>();
        foreach (var (stream, numbers) in _streams.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var missing = numbers.Missing(startsAtBeginning ? 1 : numbers.First).ToList();
            if (missing.Count > 0)
                gaps.Add(new StreamFault(stream, missing.Sum(range => range.Count), [.. missing.Take(options.NamedRangesMax)]));
            if (numbers.Duplicates > 0)
                duplicates.Add(new StreamFault(stream, numbers.Duplicates, []));
        }

        return new Completeness(
            asked, _read, _occurred?.First, _occurred?.Last, _eventsRead, [.. _counts.OrderBy(count => count.Key, StringComparer.Ordinal)],
            gaps, duplicates, removed, isInterrupted, continueAfter, failure);
    }
}
