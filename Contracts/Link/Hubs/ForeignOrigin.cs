using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link.Hubs;

/// <summary>
/// Who something that comes over a link between two hubs is from: a participant of the hub that sends it, as that hub has stamped it.
/// <code>
/// login  LoginInfo  full; its login id bears the number of the sending hub, anything else breaks the rules of the link
/// kind   uint8      user, guest or application                                              (ParticipantKind)
/// </code>
/// </summary>
public sealed record ForeignOrigin(LoginInfo Login, ParticipantKind ParticipantKind)
{
    public static ForeignOrigin Read(ref WireReader reader) => new(LoginInfo.Read(ref reader), (ParticipantKind)reader.ReadByte());

    public void Write(ref WireWriter writer)
    {
        Login.Write(ref writer);
        writer.WriteByte((byte)ParticipantKind);
    }
}
