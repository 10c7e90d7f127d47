namespace Sametime.Contracts.Events;

/// <summary>
/// What one subscriber has heard of each stream: the highest number, and which ones below it are missing. A number that was heard is a
/// duplicate; a missing one that comes late is not, since stores that several processes write to are told of by several. Bounded: of the
/// streams heard least lately, and of the oldest missing numbers of a stream, nothing is remembered.
/// </summary>
internal sealed class SequenceMemory(int streamsMax)
{
    /// <summary>Runs of missing numbers remembered of a stream; the oldest goes first, and is a duplicate when it comes after all.</summary>
    public const int MissingRangesMax = 64;

    // Two generations: what is asked for moves to the young one, and when that is half the bound it becomes the old one.
    private readonly int _generationMax = Math.Max(1, streamsMax / 2);
    private Dictionary<StreamKey, Heard> _young = [];
    private Dictionary<StreamKey, Heard> _old = [];

    /// <summary>Streams remembered.</summary>
    public int Count => _young.Count + _old.Count;

    public bool HasHeard(StreamKey stream, long sequence) => Find(stream) is { } heard && heard.Has(sequence);

    /// <summary>Remembers that an event was heard.</summary>
    /// <returns>How many events right before it are missing and were not known to be.</returns>
    public long Hear(StreamKey stream, long sequence) => FindOrAdd(stream, sequence).Add(sequence);

    /// <summary>Remembers that an event was there but is still to be heard, so that it is neither a gap nor, when it comes again, a duplicate.</summary>
    /// <returns>As <see cref="Hear"/>.</returns>
    public long Postpone(StreamKey stream, long sequence)
    {
        var heard = FindOrAdd(stream, sequence);
        var gap = heard.Add(sequence);
        heard.Miss(sequence, sequence);
        return gap;
    }

    private Heard? Find(StreamKey stream)
    {
        if (_young.TryGetValue(stream, out var heard))
            return heard;
        if (!_old.Remove(stream, out heard))
            return null;
        Keep(stream, heard);
        return heard;
    }

    private Heard FindOrAdd(StreamKey stream, long sequence)
    {
        if (Find(stream) is { } known)
            return known;

        // Whoever begins to listen has missed nothing that was told before, but may still be told it: by another process, or again.
        var heard = new Heard(sequence);
        Keep(stream, heard);
        return heard;
    }

    private void Keep(StreamKey stream, Heard heard)
    {
        if (_young.Count >= _generationMax)
            (_old, _young) = (_young, []);
        _young[stream] = heard;
    }

    private sealed class Heard
    {
        private readonly List<(long First, long Last)> _missing = [];
        private long _highest;

        public Heard(long first)
        {
            _highest = first - 1;
            if (_highest > 0)
                _missing.Add((1, _highest));
        }

        public bool Has(long sequence) => sequence <= _highest && !_missing.Exists(range => range.First <= sequence && sequence <= range.Last);

        public long Add(long sequence)
        {
            if (sequence > _highest)
            {
                var gap = sequence - _highest - 1;
                if (gap > 0)
                    Miss(_highest + 1, sequence - 1);
                _highest = sequence;
                return gap;
            }

            var at = _missing.FindIndex(range => range.First <= sequence && sequence <= range.Last);
            if (at < 0)
                return 0;
            var (first, last) = _missing[at];
            _missing.RemoveAt(at);
            if (sequence < last)
                _missing.Insert(at, (sequence + 1, last));
            if (first < sequence)
                _missing.Insert(at, (first, sequence - 1));
            return 0;
        }

        public void Miss(long first, long last)
        {
            _missing.Add((first, last));
            if (_missing.Count > MissingRangesMax)
                _missing.RemoveAt(0);
        }
    }
}

/// <summary>A stream as a subscriber knows it. What a process states by itself is a new stream with each process, whatever it is called.</summary>
internal readonly record struct StreamKey(string Stream, Guid Publisher)
{
    public static StreamKey Of(EventBatch batch, WrittenEnvelope written) =>
        new(written.Stream, new EventStreamName(written.Stream).IsOfOneProcess ? batch.Publisher : Guid.Empty);
}
