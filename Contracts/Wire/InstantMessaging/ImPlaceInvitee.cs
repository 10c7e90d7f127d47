namespace Sametime.Contracts.Wire.InstantMessaging;

/// <summary>
/// Whom an <see cref="ImPlaceInvitation"/> names.
/// <code>
/// user, login, community  string each
/// </code>
/// </summary>
public sealed record ImPlaceInvitee(string User, string Login, string Community)
{
    public static ImPlaceInvitee Read(ref WireReader reader) => new(
        User: reader.ReadString(),
        Login: reader.ReadString(),
        Community: reader.ReadString());

    public void Write(ref WireWriter writer)
    {
        writer.WriteString(User);
        writer.WriteString(Login);
        writer.WriteString(Community);
    }
}
