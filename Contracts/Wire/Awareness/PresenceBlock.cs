namespace Sametime.Contracts.Wire.Awareness;

/// <summary>
/// What a watcher is told of one user: element of a <see cref="PresenceSnapshot"/>, body of a <see cref="PresenceUpdate"/>.
/// <code>
/// end of block  uint32      offset of the first byte after the block, counted from the start of the ChannelSend's data
/// id            AwareId     as the watcher spelled it
/// group         string      id of the public group through which this is told, as the watcher spelled it; else empty
/// online        bool        if 0 the block ends here
/// alternate id  string      a login id of the user; clients ignore it
/// status        UserStatus
/// display name  string
/// </code>
/// Readers skip what a newer writer puts before the end of the block, and ignore an end that lies inside the known fields.
/// Direction: to client. Source: community protocol, PresenceBlock.
/// </summary>
public readonly record struct PresenceBlock(
    AwareId Id,
    string Group,
    bool IsOnline,
    string AlternateId,
    UserStatus Status,
    string DisplayName)
{
    // Offset 4, id, empty group 2, online 1.
    internal const int SizeMin = 4 + AwareId.SizeMin + 2 + 1;

    /// <summary>The block of somebody who is offline, unknown, or hidden from the watcher: the three look the same.</summary>
    public static PresenceBlock Offline(AwareId id, string group = "") =>
        new(id, group, IsOnline: false, AlternateId: "", default, DisplayName: "");

    public static PresenceBlock Read(ref WireReader reader)
    {
        var end = reader.ReadUInt32();
        var id = AwareId.Read(ref reader);
        var group = reader.ReadString();
        var block = reader.ReadBool()
            ? new PresenceBlock(id, group, IsOnline: true, reader.ReadString(), UserStatus.Read(ref reader), reader.ReadString())
            : Offline(id, group);
        reader.SkipTo(end);
        return block;
    }

    public void Write(ref WireWriter writer)
    {
        var end = writer.ReserveUInt32();
        Id.Write(ref writer);
        writer.WriteString(Group);
        writer.WriteBool(IsOnline);
        if (IsOnline)
        {
            writer.WriteString(AlternateId);
            Status.Write(ref writer);
            writer.WriteString(DisplayName);
        }

        writer.PatchUInt32(end, (uint)writer.Offset);
    }
}
