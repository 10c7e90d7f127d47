using System.Buffers.Binary;
using Sametime.Contracts.Wire;

namespace Sametime.Edge.Clients;

/// <summary>
/// The channels that are open on one connection, learned by looking at messages that pass, for listings only: routing does not
/// need them. A client has about five, so they lie in an array. Allocates when a channel is created, never for data.
/// </summary>
internal struct OpenChannels
{
    // A create says its new channel after the header (type u16, options u16, channel u32) and a reserved u32.
    private const int CreatedChannelOffset = MessageHeader.Size + sizeof(uint);

    // Twice what the hub lets one login have open: room for every honest listing, and a bound.
    private const int ListedMax = 500;

    private uint[]? _ids;
    private int _count;

    public readonly int Count => _count;

    public readonly ReadOnlySpan<uint> Ids => _ids.AsSpan(0, _count);

    /// <summary>Sees a message of either direction, from its type on; at least a whole header.</summary>
    public void See(ReadOnlySpan<byte> message)
    {
        switch (TypeOf(message))
        {
            case MessageType.ChannelCreate when TryReadCreated(message, out var created):
                Add(created);
                break;
            case MessageType.ChannelDestroy:
                Remove(ChannelOf(message));
                break;
        }
    }

    /// <summary>A channel is over at this hop.</summary>
    public void Remove(uint channel)
    {
        var index = Ids.IndexOf(channel);
        if (index >= 0)
        {
            _ids![index] = _ids[--_count];
        }
    }

    public static MessageType TypeOf(ReadOnlySpan<byte> message) => (MessageType)BinaryPrimitives.ReadUInt16BigEndian(message);

    public static uint ChannelOf(ReadOnlySpan<byte> message) => BinaryPrimitives.ReadUInt32BigEndian(message[4..]);

    /// <summary>The new channel of a ChannelCreate; false when the message is too short to hold one.</summary>
    public static bool TryReadCreated(ReadOnlySpan<byte> message, out uint channel)
    {
        var offset = CreatedChannelOffset;
        if (((MessageOptions)BinaryPrimitives.ReadUInt16BigEndian(message[2..]) & MessageOptions.Attributes) != 0)
        {
            var attributes = message.Length >= MessageHeader.Size + 4 ? BinaryPrimitives.ReadUInt32BigEndian(message[MessageHeader.Size..]) : uint.MaxValue;
            offset = attributes <= (uint)message.Length ? offset + 4 + (int)attributes : int.MaxValue - 4;
        }

        var isThere = offset + 4 <= message.Length;
        channel = isThere ? BinaryPrimitives.ReadUInt32BigEndian(message[offset..]) : 0;
        return isThere;
    }

    private void Add(uint channel)
    {
        if (_count == ListedMax || Ids.Contains(channel))
        {
            return;
        }

        _ids ??= new uint[4];
        if (_count == _ids.Length)
        {
            Array.Resize(ref _ids, _count * 2);
        }

        _ids[_count++] = channel;
    }
}
