using Sametime.Contracts.Wire;

namespace Sametime.Tests.Kit.Hub;

/// <summary>Messages that a participant has received, in order, from their type on.</summary>
public sealed class Inbox
{
    private readonly List<byte[]> _messages = [];

    public int Count => _messages.Count;

    /// <summary>All of them, in order.</summary>
    public IReadOnlyList<byte[]> Messages => _messages;

    public void Add(byte[] message) => _messages.Add(message);

    public void Clear() => _messages.Clear();

    /// <summary>The first message of this type, taken out. Fails the test when there is none.</summary>
    public T Take<T>(out ChannelId channel)
        where T : IWireMessage<T>
    {
        var index = _messages.FindIndex(IsA<T>);
        if (index < 0)
            throw new InvalidOperationException($"No {T.Type} has arrived.");
        var message = _messages[index];
        _messages.RemoveAt(index);
        return Read<T>(message, out channel);
    }

    public T Take<T>()
        where T : IWireMessage<T> => Take<T>(out _);

    /// <summary>All messages of this type, taken out.</summary>
    public IReadOnlyList<T> TakeAll<T>()
        where T : IWireMessage<T>
    {
        var found = _messages.Where(IsA<T>).Select(message => Read<T>(message, out _)).ToArray();
        _messages.RemoveAll(IsA<T>);
        return found;
    }

    public bool Has<T>()
        where T : IWireMessage<T> => _messages.Exists(IsA<T>);

    private static bool IsA<T>(byte[] message)
        where T : IWireMessage<T> => (MessageType)((message[0] << 8) | message[1]) == T.Type;

    private static T Read<T>(byte[] message, out ChannelId channel)
        where T : IWireMessage<T>
    {
        var reader = new WireReader(message);
        var header = MessageHeader.Read(ref reader);
        channel = header.Channel;
        header.SkipAttributes(ref reader);
        var body = T.Read(ref reader);
        return reader.Error is null ? body : throw new InvalidOperationException($"A {T.Type} does not parse: {reader.Error}");
    }
}
