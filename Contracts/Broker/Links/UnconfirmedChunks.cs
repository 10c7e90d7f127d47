using System.Numerics;

namespace Sametime.Broker.Links;

/// <summary>
/// Chunks that the broker has not confirmed yet, by the number that it knows them by: a ring that grows to the most there
/// ever were. Confirmations may come in any order.
/// </summary>
internal sealed class UnconfirmedChunks
{
    private const int RoomAtFirst = 64;

    private Entry[] _ring = new Entry[RoomAtFirst];
    private ulong _first = 1;
    private ulong _next = 1;

    /// <summary>Bytes of link frames in them.</summary>
    public long Bytes { get; private set; }

    /// <summary>Adds the next chunk with so many bytes of link frames; nobody waits for it when <paramref name="stream"/> is null.</summary>
    public void Add(BrokerStream? stream, int bytes)
    {
        if (_next - _first == (ulong)_ring.Length)
            Grow();
        At(_next++) = new Entry(stream, bytes);
        Bytes += bytes;
    }

    /// <summary>Tells the streams that chunks have been taken, or not.</summary>
    public void Confirm(ulong number, bool multiple, bool isTaken)
    {
        if (number < _first || number >= _next)
            return;
        for (var each = multiple ? _first : number; each <= number; each++)
        {
            ref var entry = ref At(each);
            var (stream, bytes) = entry;
            entry = new Entry(null, Entry.Done);
            if (bytes == Entry.Done)
                continue;
            Bytes -= bytes;
            stream?.OnConfirmed(bytes, isTaken);
        }
        while (_first < _next && At(_first).Bytes == Entry.Done)
            At(_first++) = default;
    }

    /// <summary>Begins anew with the number 1.</summary>
    public void Clear()
    {
        Array.Clear(_ring);
        (_first, _next, Bytes) = (1, 1, 0);
    }

    private ref Entry At(ulong number) => ref _ring[number & (ulong)(_ring.Length - 1)];

    private void Grow()
    {
        var larger = new Entry[BitOperations.RoundUpToPowerOf2((uint)_ring.Length + 1)];
        for (var each = _first; each < _next; each++)
            larger[each & (ulong)(larger.Length - 1)] = At(each);
        _ring = larger;
    }

    private readonly record struct Entry(BrokerStream? Stream, int Bytes)
    {
        public const int Done = -1;
    }
}
