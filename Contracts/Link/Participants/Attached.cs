using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link.Participants;

/// <summary>
/// Hub to Edge: the login is accepted; from here on the Edge applies the limits of a logged-in client. The LoginAck for
/// the client follows as a Message.
/// <code>
/// login id  String
/// kind      uint8   user or guest
/// </code>
/// </summary>
public sealed record Attached(LoginId LoginId, ParticipantKind ParticipantKind) : ILinkPayload<Attached>
{
    public static LinkKind Kind => LinkKind.Attached;

    public static Attached Read(ref WireReader reader)
    {
        _ = LoginId.TryParse(reader.ReadString(), out var loginId);
        return new(loginId, (ParticipantKind)reader.ReadByte());
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteString(LoginId.ToString());
        writer.WriteByte((byte)ParticipantKind);
    }
}

/// <summary>The kinds of member that log in to a hub.</summary>
public enum ParticipantKind : byte
{
    User = 1,
    Guest = 2,
    Edge = 3,
    Application = 4,
    Hub = 5,
}
