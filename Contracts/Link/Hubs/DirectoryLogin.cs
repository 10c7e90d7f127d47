using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link.Hubs;

/// <summary>
/// All that the Online Directory knows of a login: 15 bytes and the user id. Hub and incarnation, the rest of its login id, are those of
/// the part it is in.
/// <code>
/// sequence  uint32  third part of its login id
/// kind      uint8   user or guest
/// since     uint64  when it was accepted, in milliseconds since 1970 by the clock of its hub
/// user      String
/// </code>
/// </summary>
public readonly record struct DirectoryLogin(uint Sequence, ParticipantKind Kind, ulong Since, UserId User)
{
    internal static DirectoryLogin Read(ref WireReader reader) =>
        new(reader.ReadUInt32(), (ParticipantKind)reader.ReadByte(), reader.ReadUInt64(), new UserId(reader.ReadString()));

    internal void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(Sequence);
        writer.WriteByte((byte)Kind);
        writer.WriteUInt64(Since);
        writer.WriteString(User.Value);
    }
}
