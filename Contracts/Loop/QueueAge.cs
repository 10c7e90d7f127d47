namespace Sametime.Contracts.Loop;

/// <summary>
/// When the oldest byte of a queue was queued, without a note for each: a mark is set, and once all bytes before it have
/// left, what is left cannot be older than the mark. Never younger than the truth, and at most one mark older.
/// Positions count the bytes of the whole stream.
/// </summary>
internal struct QueueAge
{
    private long _markAt;
    private long _markPosition;

    /// <summary>A timestamp of the time provider; 0 when nothing is queued.</summary>
    public long Oldest { get; private set; }

    /// <summary>Bytes were added; the queue now ends at <paramref name="end"/>.</summary>
    public void Queued(long end, TimeProvider time)
    {
        if (Oldest == 0)
            Mark(end, time, isFirst: true);
    }

    /// <summary>Bytes have left: all before <paramref name="sent"/>, of a queue that ends at <paramref name="end"/>.</summary>
    public void Sent(long sent, long end, TimeProvider time)
    {
        if (sent >= end)
        {
            Oldest = 0;
        }
        else if (sent >= _markPosition)
        {
            Oldest = _markAt;
            Mark(end, time, isFirst: false);
        }
    }

    private void Mark(long end, TimeProvider time, bool isFirst)
    {
        _markAt = Math.Max(time.GetTimestamp(), 1);
        _markPosition = end;
        if (isFirst)
            Oldest = _markAt;
    }
}
