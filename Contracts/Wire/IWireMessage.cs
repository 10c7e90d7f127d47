namespace Sametime.Contracts.Wire;

/// <summary>
/// The body of a message of the community protocol: what follows header and attributes.
/// <see cref="Read"/> never throws; the caller asks <see cref="WireReader.Error"/> before it looks at the result.
/// </summary>
public interface IWireMessage<TSelf>
    where TSelf : IWireMessage<TSelf>
{
    static abstract MessageType Type { get; }

    static abstract TSelf Read(ref WireReader reader);

    void Write(ref WireWriter writer);
}

/// <summary>
/// What a service and its client tell each other: the data of a <see cref="Wire.MessageType.ChannelSend"/>, named by the message type in
/// front of it, whose meaning depends on the channel's service. Offsets inside count from the first byte of the data.
/// </summary>
public interface IPayload<TSelf>
    where TSelf : IPayload<TSelf>
{
    static abstract ushort MessageType { get; }

    static abstract TSelf Read(ref WireReader reader);

    void Write(ref WireWriter writer);
}
