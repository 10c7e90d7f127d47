namespace Sametime.Contracts.Wire.Resolve;

/// <summary>
/// What the names of a <see cref="ResolveRequest"/> mean: one result a name, in the order asked, also for names that nobody has
/// (Pidgin takes the first result without looking).
/// <code>
/// length      uint32   bytes from this field to the end; readers skip it
/// request id  uint32   that of the request
/// code        uint32   (Reason) Success, ResolvePartial = some names found and some not, NoSuchUser = none
/// count       uint32
/// results     count × ResolveResult
/// </code>
/// Direction: to client. Answer: none. Source: community protocol, resolve.
/// </summary>
public readonly record struct ResolveResponse(uint RequestId, Reason Code, Items<ResolveResult> Results) : IPayload<ResolveResponse>
{
    public static ushort MessageType => ResolveMessageTypes.Resolve;

    public static ResolveResponse Read(ref WireReader reader)
    {
        _ = reader.ReadUInt32();
        return new(
            RequestId: reader.ReadUInt32(),
            Code: (Reason)reader.ReadUInt32(),
            Results: reader.ReadItems(ResolveResult.SizeMin, ResolveResult.Read));
    }

    public void Write(ref WireWriter writer)
    {
        var length = writer.ReserveUInt32();
        writer.WriteUInt32(RequestId);
        writer.WriteUInt32((uint)Code);
        writer.WriteUInt32((uint)Results.Count);
        foreach (var result in Results)
            result.Write(ref writer);
        writer.PatchUInt32(length, (uint)(writer.Position - length));
    }
}
