using System.Runtime.InteropServices;

namespace Sametime.Contracts.Loop;

/// <summary>
/// Bytes in one piece, added at the end and taken from the start. Has memory only while it holds bytes. A mutable
/// struct, so that an idle stream pays two words for it.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct ByteQueue
{
    private byte[]? _array;
    private int _start;
    private int _end;

    public readonly int Length => _end - _start;

    public readonly bool IsEmpty => _end == _start;

    public readonly ReadOnlySpan<byte> Bytes => _array.AsSpan(_start, _end - _start);

    /// <summary>Room for at least <paramref name="count"/> bytes after the last one.</summary>
    public Memory<byte> Room(int count, ByteQueuePool pool)
    {
        count = Math.Max(count, 1);
        if (_array is null)
            _array = pool.Rent(count);
        else if (_array.Length - _end < count)
            Grow(count, pool);
        return _array.AsMemory(_end);
    }

    /// <summary>Makes the first <paramref name="count"/> bytes of <see cref="Room"/> part of the queue.</summary>
    public void Added(int count)
    {
        if (_array is null || (uint)count > (uint)(_array.Length - _end))
            throw new ArgumentOutOfRangeException(nameof(count), "More bytes than there was room for.");
        _end += count;
    }

    public void Add(ReadOnlySpan<byte> bytes, ByteQueuePool pool)
    {
        bytes.CopyTo(Room(bytes.Length, pool).Span);
        _end += bytes.Length;
    }

    /// <summary>Removes bytes from the start; gives the memory back with the last of them.</summary>
    public void Take(int count, ByteQueuePool pool)
    {
        if ((uint)count > (uint)Length)
            throw new ArgumentOutOfRangeException(nameof(count), "More bytes than there are.");
        _start += count;
        if (_start == _end)
            Clear(pool);
    }

    public void Clear(ByteQueuePool pool)
    {
        if (_array is not null)
            pool.Return(_array);
        this = default;
    }

    private void Grow(int count, ByteQueuePool pool)
    {
        var length = Length;
        var old = _array!;

        // Moving to the front is enough when that frees at least half; else it would be done again and again.
        if (_start >= old.Length / 2 && old.Length - length >= count)
        {
            old.AsSpan(_start, length).CopyTo(old);
        }
        else
        {
            _array = pool.Rent(Math.Max(checked(length + count), (int)Math.Min(old.Length * 2L, Array.MaxLength)));
            old.AsSpan(_start, length).CopyTo(_array);
            pool.Return(old);
        }
        (_start, _end) = (0, length);
    }
}
