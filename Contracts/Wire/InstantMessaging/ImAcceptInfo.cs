namespace Sametime.Contracts.Wire.InstantMessaging;

/// <summary>
/// Additional data of the channel's acceptance: the callee is willing to talk.
/// <code>
/// 1         uint32
/// features  uint32      (ImFeatures)
/// 2         uint32
/// status    UserStatus  of the callee
/// </code>
/// Direction: both. Source: community protocol, IM.
/// </summary>
public readonly record struct ImAcceptInfo(uint Features, UserStatus Status) : IOpaqueContent<ImAcceptInfo>
{
    public static ImAcceptInfo Read(ref WireReader reader)
    {
        _ = reader.ReadUInt32();
        var features = reader.ReadUInt32();
        _ = reader.ReadUInt32();
        return new(features, Status: UserStatus.Read(ref reader));
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(1);
        writer.WriteUInt32(Features);
        writer.WriteUInt32(2);
        Status.Write(ref writer);
    }
}
