namespace Sametime.Contracts.Wire.Conference;

/// <summary>
/// A client is in the conference now; who else is.
/// <code>
/// name            string
/// title           string
/// your member id  uint16
/// 0               uint32
/// count           uint32
/// members         count × ConferenceMember   the receiver among them
/// </code>
/// Direction: to client, right after the creator's channel is accepted, and as the answer to <see cref="ConferenceJoin"/>.
/// Source: community protocol, conference.
/// </summary>
public sealed record ConferenceWelcome(string Name, string Title, ushort YourId, Items<ConferenceMember> Members) : IPayload<ConferenceWelcome>
{
    public static ushort MessageType => ConferenceMessageTypes.Welcome;

    public static ConferenceWelcome Read(ref WireReader reader)
    {
        var name = reader.ReadString();
        var title = reader.ReadString();
        var yourId = reader.ReadUInt16();
        _ = reader.ReadUInt32();
        return new(name, title, yourId, Members: reader.ReadItems(ConferenceMember.SizeMin, ConferenceMember.Read));
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteString(Name);
        writer.WriteString(Title);
        writer.WriteUInt16(YourId);
        writer.WriteUInt32(0);
        writer.WriteUInt32((uint)Members.Count);
        foreach (var member in Members)
            member.Write(ref writer);
    }
}
