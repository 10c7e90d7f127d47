using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link.Participants;

/// <summary>
/// Hub to Edge, in the place of <see cref="Attached"/>: the login is good, but its user belongs to another hub. The Edge attaches
/// the same client there, with <see cref="Attach.Redirects"/> one higher; the client knows nothing of it. For the handle it is a
/// <see cref="Detach"/>: the Edge confirms it with one, and then the handle is free.
/// <code>
/// number     uint16          of that hub; who does not prove this number is not it
/// name       String          its node name, for people
/// addresses  count + String  where Edges link up to it, host:port, best first
/// </code>
/// Answer: Detach.
/// </summary>
public sealed record Redirect(ushort Hub, string Name, Items<string> LinkAddresses) : ILinkPayload<Redirect>
{
    /// <summary>
    /// How often one login is redirected: to where its user was online a moment ago, and from there to his home. Who is sent
    /// an Attach with as many behind it decides, and never redirects on.
    /// </summary>
    public const byte Max = 2;

    public static LinkKind Kind => LinkKind.Redirect;

    public static Redirect Read(ref WireReader reader) => new(
        Hub: reader.ReadUInt16(),
        Name: reader.ReadString(),
        LinkAddresses: reader.ReadItems(minElementBytes: 2, static (ref WireReader r) => r.ReadString()));

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt16(Hub);
        writer.WriteString(Name);
        writer.WriteUInt32((uint)LinkAddresses.Count);
        foreach (var address in LinkAddresses)
        {
            writer.WriteString(address);
        }
    }
}
