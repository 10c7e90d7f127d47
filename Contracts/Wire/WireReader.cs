using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Sametime.Contracts.Wire;

/// <summary>Reads one element of a counted list; see <see cref="WireReader.ReadItems{T}(int, ItemReader{T})"/>.</summary>
public delegate T ItemReader<out T>(ref WireReader reader);

/// <summary>
/// Reads the primitive types of the wire (big-endian, unsigned) from one borrowed span, field after field.
/// The first error sticks: from then on every read returns the default of its type and <see cref="Remaining"/> is 0, so a
/// message reads as a straight list of fields and the caller asks <see cref="Error"/> once. Hostile input never throws, and
/// nothing is allocated before the bytes for it are known to be there. Bytes left over are no error: newer peers append fields.
/// Source: community protocol, primitive types.
/// </summary>
public ref struct WireReader
{
    private readonly ReadOnlySpan<byte> _data;

    public WireReader(ReadOnlySpan<byte> data)
    {
        _data = data;
        Remaining = data.Length;
    }

    /// <summary>Offset of the next byte from the start of the data; after an error, of the field that has it.</summary>
    public int Offset { get; private set; }

    /// <summary>Bytes not yet read; 0 after an error.</summary>
    public int Remaining { get; private set; }

    /// <summary>The first error, or null while all is well.</summary>
    public WireError? Error { get; private set; }

    /// <summary>bool: 1 byte, 0 is false and anything else true.</summary>
    public bool ReadBool() => ReadByte() != 0;

    /// <summary>A single byte.</summary>
    public byte ReadByte() => TryTake(1, out var bytes) ? bytes[0] : (byte)0;

    /// <summary>u16: 2 bytes, big-endian.</summary>
    public ushort ReadUInt16() => TryTake(2, out var bytes) ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : (ushort)0;

    /// <summary>u32: 4 bytes, big-endian.</summary>
    public uint ReadUInt32() => TryTake(4, out var bytes) ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : 0;

    /// <summary>u64: 8 bytes, big-endian; between components only, clients have no such field.</summary>
    public ulong ReadUInt64() => TryTake(8, out var bytes) ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : 0;

    /// <summary>String: u16 n, then n bytes of UTF-8 without NUL; anything else is <see cref="WireErrorKind.BadText"/>.</summary>
    public string ReadString()
    {
        var start = Offset;
        if (!TryPeekLength(2, out var length) || !TryTakeAfter(2, length, out var text))
            return "";
        if (text.Contains((byte)0) || !Utf8.IsValid(text))
        {
            Fail(WireErrorKind.BadText, start);
            return "";
        }
        return Encoding.UTF8.GetString(text);
    }

    /// <summary>Opaque: u32 n, then n bytes, copied so that the value owns its data.</summary>
    public Opaque ReadOpaque() => new(ReadOpaqueSpan());

    /// <summary>Opaque: u32 n, then n bytes, borrowed: valid as long as the data of this reader.</summary>
    public ReadOnlySpan<byte> ReadOpaqueSpan() =>
        TryPeekLength(4, out var length) && TryTakeAfter(4, length, out var bytes) ? bytes : default;

    /// <summary>Exactly <paramref name="count"/> bytes without a length before them, borrowed.</summary>
    public ReadOnlySpan<byte> ReadBytes(int count) => TryTake(count, out var bytes) ? bytes : default;

    /// <summary>
    /// A u32 count of elements of at least <paramref name="minElementBytes"/> bytes each. A count that the bytes left cannot
    /// hold is an error and reads as 0, so the result is safe to allocate by.
    /// </summary>
    public int ReadCount(int minElementBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(minElementBytes, 1);
        var start = Offset;
        var count = ReadUInt32();
        if (count <= (uint)(Remaining / minElementBytes))
            return (int)count;
        Fail(WireErrorKind.CountBeyondData, start);
        return 0;
    }

    /// <summary>A u32 count, then that many elements; empty as soon as anything in it is wrong.</summary>
    public Items<T> ReadItems<T>(int minElementBytes, ItemReader<T> readItem)
    {
        ArgumentNullException.ThrowIfNull(readItem);
        return ReadItems(ReadCount(minElementBytes), minElementBytes, readItem);
    }

    /// <summary>Elements whose <paramref name="count"/> was read before, for layouts with fields between count and elements.</summary>
    public Items<T> ReadItems<T>(int count, int minElementBytes, ItemReader<T> readItem)
    {
        ArgumentNullException.ThrowIfNull(readItem);
        ArgumentOutOfRangeException.ThrowIfLessThan(minElementBytes, 1);
        if (count < 0 || count > Remaining / minElementBytes)
            Fail(WireErrorKind.CountBeyondData);
        if (count == 0 || Error is not null)
            return default;

        var items = new T[count];
        for (var i = 0; i < items.Length && Error is null; i++)
            items[i] = readItem(ref this);
        return Error is null ? Items<T>.Wrap(items) : default;
    }

    /// <summary>Everything that is left, borrowed.</summary>
    public ReadOnlySpan<byte> ReadRest() => ReadBytes(Remaining);

    /// <summary>Passes over <paramref name="count"/> bytes.</summary>
    public void Skip(int count) => TryTake(count, out _);

    /// <summary>
    /// Passes over what a newer peer put before the end of a block, where <paramref name="endOffset"/> is counted from the start
    /// of the data. An end that lies behind us is ignored, as the clients do; one beyond the data is an error.
    /// </summary>
    public void SkipTo(uint endOffset)
    {
        if (endOffset > (uint)Offset)
            Skip((int)Math.Min(endOffset - (uint)Offset, int.MaxValue));
    }

    /// <summary>Marks the data as bad, for rules that a primitive cannot see. Only the first error counts.</summary>
    public void Fail(WireErrorKind kind) => Fail(kind, Offset);

    /// <summary>Takes over the error of a reader over a nested block, if it has one; it points at the end of the block here.</summary>
    public void FailWith(in WireReader nested)
    {
        if (nested.Error is { } error)
            Fail(error.Kind);
    }

    private void Fail(WireErrorKind kind, int offset)
    {
        if (Error is not null)
            return;
        Error = new WireError(kind, offset);
        Offset = offset;
        Remaining = 0;
    }

    private bool TryTake(int count, out ReadOnlySpan<byte> bytes)
    {
        if ((uint)count > (uint)Remaining || Error is not null)
        {
            Fail(WireErrorKind.Truncated);
            bytes = default;
            return false;
        }
        bytes = _data.Slice(Offset, count);
        Offset += count;
        Remaining -= count;
        return true;
    }

    // Length and content are taken in one step, so that an error points at the field and not into it.
    private bool TryPeekLength(int width, out uint length)
    {
        if (Remaining < width)
        {
            Fail(WireErrorKind.Truncated);
            length = 0;
            return false;
        }
        var field = _data[Offset..];
        length = width == 2 ? BinaryPrimitives.ReadUInt16BigEndian(field) : BinaryPrimitives.ReadUInt32BigEndian(field);
        return true;
    }

    private bool TryTakeAfter(int width, uint length, out ReadOnlySpan<byte> bytes)
    {
        if (length > (uint)(Remaining - width))
        {
            Fail(WireErrorKind.Truncated);
            bytes = default;
            return false;
        }
        Skip(width);
        return TryTake((int)length, out bytes);
    }
}
