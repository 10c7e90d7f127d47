namespace Sametime.Contracts.Wire.InstantMessaging;

/// <summary>
/// Additional data of the channel's creation: a client wants to talk to another.
/// <code>
/// 1         uint32
/// features  uint32   (ImFeatures)
/// </code>
/// Direction: both. Answer: the channel is accepted with an <see cref="ImAcceptInfo"/>, or destroyed: by the callee with
/// <see cref="Reason.ImTypeNotRegistered"/> or <see cref="Reason.ImDoNotDisturb"/>, by the hub with <see cref="Reason.NoSuchUser"/>.
/// Source: community protocol, IM.
/// </summary>
public readonly record struct ImCreateInfo(uint Features) : IOpaqueContent<ImCreateInfo>
{
    public static ImCreateInfo Read(ref WireReader reader)
    {
        _ = reader.ReadUInt32();
        return new(Features: reader.ReadUInt32());
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(1);
        writer.WriteUInt32(Features);
    }
}
