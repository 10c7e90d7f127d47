using System.Buffers.Binary;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;

namespace Sametime.Hub.Routing;

/// <summary>The head of a fan-out frame, grown as recipients are found and kept for the next one.</summary>
internal sealed class RecipientList
{
    private const int CountBytes = 4;

    private byte[] _bytes = [];
    private int _length = CountBytes;

    public int Count => (_length - CountBytes) / Fanout.RecipientBytes;

    public void Add(uint handle, ChannelId channel)
    {
        if (_length + Fanout.RecipientBytes > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(256, _bytes.Length * 2));
        BinaryPrimitives.WriteUInt32BigEndian(_bytes.AsSpan(_length), handle);
        BinaryPrimitives.WriteUInt32BigEndian(_bytes.AsSpan(_length + 4), channel.Value);
        _length += Fanout.RecipientBytes;
    }

    /// <summary>Count and recipients, as they stand in the frame.</summary>
    public ReadOnlySpan<byte> Written()
    {
        BinaryPrimitives.WriteUInt32BigEndian(_bytes, (uint)Count);
        return _bytes.AsSpan(0, _length);
    }

    public void Clear() => _length = CountBytes;
}
