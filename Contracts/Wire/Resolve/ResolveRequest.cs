namespace Sametime.Contracts.Wire.Resolve;

/// <summary>
/// A client asks which users or groups the typed names mean.
/// <code>
/// 0           uint32   meant as a length, never filled in
/// request id  uint32   chosen by the client, comes back in the answer
/// count       uint32
/// names       count × string   as typed
/// flags       uint32   (ResolveFlags)
/// </code>
/// Direction: from client. Answer: one <see cref="ResolveResponse"/>; a client cannot take the question back.
/// Source: community protocol, resolve.
/// </summary>
public readonly record struct ResolveRequest(uint RequestId, Items<string> Names, ResolveFlags Flags) : IPayload<ResolveRequest>
{
    // A String's length.
    private const int NameSizeMin = 2;

    public static ushort MessageType => ResolveMessageTypes.Resolve;

    public static ResolveRequest Read(ref WireReader reader)
    {
        _ = reader.ReadUInt32();
        return new(
            RequestId: reader.ReadUInt32(),
            Names: reader.ReadItems(NameSizeMin, static (ref WireReader name) => name.ReadString()),
            Flags: (ResolveFlags)reader.ReadUInt32());
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(0);
        writer.WriteUInt32(RequestId);
        writer.WriteUInt32((uint)Names.Count);
        foreach (var name in Names)
            writer.WriteString(name);
        writer.WriteUInt32((uint)Flags);
    }
}
