namespace Sametime.Contracts.Wire.Place;

/// <summary>
/// Additional data of the channel's creation: a client enters a place. The first to come makes it.
/// <code>
/// name   string   the place's key in the community
/// title  string   shown to people; that of the first counts
/// 0      uint32
/// </code>
/// Direction: from client. Answer: the channel is accepted; the client then sends <see cref="PlaceJoin"/>.
/// Source: community protocol, place.
/// </summary>
public readonly record struct PlaceCreateInfo(string Name, string Title) : IOpaqueContent<PlaceCreateInfo>
{
    public static PlaceCreateInfo Read(ref WireReader reader)
    {
        var info = new PlaceCreateInfo(Name: reader.ReadString(), Title: reader.ReadString());
        _ = reader.ReadUInt32();
        return info;
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteString(Name);
        writer.WriteString(Title);
        writer.WriteUInt32(0);
    }
}
