using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Sametime.Contracts.Wire;

/// <summary>
/// Writes the primitive types of the wire into an <see cref="IBufferWriter{T}"/>. What is written stays open for patching (lengths
/// and ends of blocks that are known only afterwards) until <see cref="Complete"/> hands it over, all or nothing.
/// Allocates nothing when the target has room. Source: community protocol, primitive types.
/// </summary>
public ref struct WireWriter
{
    // Enough for nearly every message, so that growing stays the exception.
    private const int FirstSpanBytes = 256;

    private readonly IBufferWriter<byte> _output;
    private Span<byte> _span;
    private int _origin;

    public WireWriter(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        _output = output;
        _span = output.GetSpan(FirstSpanBytes);
    }

    /// <summary>Bytes written and not yet completed; the position that <see cref="PatchUInt32"/> takes.</summary>
    public int Position { get; private set; }

    /// <summary>
    /// Position counted from the start of the ChannelSend data being written (see <see cref="BeginData"/>), which is what
    /// "end of block" fields hold. Equal to <see cref="Position"/> outside of any data.
    /// </summary>
    public readonly int Offset => Position - _origin;

    /// <summary>bool: 1 byte, 0 or 1.</summary>
    public void WriteBool(bool value) => WriteByte(value ? (byte)1 : (byte)0);

    /// <summary>A single byte.</summary>
    public void WriteByte(byte value) => Take(1)[0] = value;

    /// <summary>u16: 2 bytes, big-endian.</summary>
    public void WriteUInt16(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Take(2), value);

    /// <summary>u32: 4 bytes, big-endian.</summary>
    public void WriteUInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Take(4), value);

    /// <summary>u64: 8 bytes, big-endian; between components only, clients have no such field.</summary>
    public void WriteUInt64(ulong value) => BinaryPrimitives.WriteUInt64BigEndian(Take(8), value);

    /// <summary>String: u16 n, n bytes of UTF-8. Null is written as empty. Throws over 65,535 bytes: that would be a bug of ours.</summary>
    public void WriteString(string? text)
    {
        var length = Encoding.UTF8.GetByteCount(text ?? "");
        if (length > ushort.MaxValue)
            throw new ArgumentException($"A String of the wire holds 65,535 bytes at most, not {length}.", nameof(text));
        WriteUInt16((ushort)length);
        Encoding.UTF8.GetBytes(text ?? "", Take(length));
    }

    /// <summary>Opaque: u32 n, n bytes.</summary>
    public void WriteOpaque(ReadOnlySpan<byte> bytes)
    {
        WriteUInt32((uint)bytes.Length);
        WriteBytes(bytes);
    }

    /// <summary>Opaque: u32 n, n bytes.</summary>
    public void WriteOpaque(Opaque bytes) => WriteOpaque(bytes.Span);

    /// <summary>The bytes alone, without a length.</summary>
    public void WriteBytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    /// <summary>Makes room for a u32 that is known later. Returns its position, for <see cref="PatchUInt32"/>.</summary>
    public int ReserveUInt32()
    {
        var position = Position;
        WriteUInt32(0);
        return position;
    }

    /// <summary>Fills in a u32 reserved at <paramref name="position"/>; the usual value for an end of block is <see cref="Offset"/>.</summary>
    public readonly void PatchUInt32(int position, uint value) =>
        BinaryPrimitives.WriteUInt32BigEndian(_span[..Position].Slice(position, sizeof(uint)), value);

    /// <summary>Opens an Opaque whose length is not known yet. Returns its mark, for <see cref="EndOpaque"/>.</summary>
    public int BeginOpaque() => ReserveUInt32();

    /// <summary>Closes the Opaque opened at <paramref name="mark"/>: fills in the count of bytes written since.</summary>
    public readonly void EndOpaque(int mark) => PatchUInt32(mark, (uint)(Position - mark - sizeof(uint)));

    /// <summary>Like <see cref="BeginOpaque"/> for the data of a ChannelSend: <see cref="Offset"/> starts again at 0.</summary>
    public int BeginData()
    {
        var mark = BeginOpaque();
        _origin = Position;
        return mark;
    }

    /// <summary>Closes what <see cref="BeginData"/> opened.</summary>
    public void EndData(int mark)
    {
        EndOpaque(mark);
        _origin = 0;
    }

    /// <summary>Hands everything written to the output. The writer starts anew at position 0.</summary>
    public void Complete()
    {
        _output.Advance(Position);
        _span = default;
        Position = 0;
        _origin = 0;
    }

    private Span<byte> Take(int count)
    {
        if (count > _span.Length - Position)
            Grow(count);
        var taken = _span.Slice(Position, count);
        Position += count;
        return taken;
    }

    // The output may reuse its old memory as soon as it is asked for more, so what is written takes a detour through the pool.
    private void Grow(int count)
    {
        var wanted = Math.Max(checked(Position + count), FirstSpanBytes);
        if (Position == 0)
        {
            _span = _output.GetSpan(wanted);
            return;
        }
        var written = ArrayPool<byte>.Shared.Rent(Position);
        _span[..Position].CopyTo(written);
        _span = _output.GetSpan((int)Math.Min(Math.Max(wanted, 2L * Position), Array.MaxLength));
        written.AsSpan(0, Position).CopyTo(_span);
        ArrayPool<byte>.Shared.Return(written, clearArray: true);
    }
}
