using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link;

/// <summary>
/// First frame of the connecting end.
/// <code>
/// version    uint16     LinkLimits.Version
/// role       uint8      LinkRole
/// name       String     node name
/// hub        uint16     hub number, or 0
/// nonce      32 bytes
/// </code>
/// Answer: <see cref="LinkChallenge"/> or <see cref="LinkRefused"/>.
/// </summary>
internal sealed record LinkHello(ushort Version, LinkRole Role, string Name, ushort HubNumber, byte[] Nonce) : ILinkPayload<LinkHello>
{
    public static LinkKind Kind => LinkKind.Hello;

    public static LinkHello Read(ref WireReader reader) => new(
        Version: reader.ReadUInt16(),
        Role: (LinkRole)reader.ReadByte(),
        Name: reader.ReadString(),
        HubNumber: reader.ReadUInt16(),
        Nonce: reader.ReadBytes(LinkLimits.NonceBytes).ToArray());

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt16(Version);
        writer.WriteByte((byte)Role);
        writer.WriteString(Name);
        writer.WriteUInt16(HubNumber);
        writer.WriteBytes(Nonce);
    }
}

/// <summary>
/// The accepting end's answer to a Hello from an address that may have the role.
/// <code>
/// nonce   32 bytes
/// role    uint8     LinkRole of the accepting end
/// name    String    node name of the accepting end
/// hub     uint16    its hub number, or 0
/// </code>
/// </summary>
internal sealed record LinkChallenge(byte[] Nonce, LinkRole Role, string Name, ushort HubNumber) : ILinkPayload<LinkChallenge>
{
    public static LinkKind Kind => LinkKind.Challenge;

    public static LinkChallenge Read(ref WireReader reader) => new(
        Nonce: reader.ReadBytes(LinkLimits.NonceBytes).ToArray(),
        Role: (LinkRole)reader.ReadByte(),
        Name: reader.ReadString(),
        HubNumber: reader.ReadUInt16());

    public void Write(ref WireWriter writer)
    {
        writer.WriteBytes(Nonce);
        writer.WriteByte((byte)Role);
        writer.WriteString(Name);
        writer.WriteUInt16(HubNumber);
    }
}

/// <summary>The connecting end's proof that it knows the key: 32 bytes, see <see cref="LinkKeys"/>.</summary>
internal sealed record LinkProof(byte[] Proof) : ILinkPayload<LinkProof>
{
    public static LinkKind Kind => LinkKind.Proof;

    public static LinkProof Read(ref WireReader reader) => new(reader.ReadBytes(LinkKeys.ProofBytes).ToArray());

    public void Write(ref WireWriter writer) => writer.WriteBytes(Proof);
}

/// <summary>The link is open; the accepting end's own proof that it knows the key: 32 bytes, see <see cref="LinkKeys"/>.</summary>
internal sealed record LinkWelcome(byte[] Proof) : ILinkPayload<LinkWelcome>
{
    public static LinkKind Kind => LinkKind.Welcome;

    public static LinkWelcome Read(ref WireReader reader) => new(reader.ReadBytes(LinkKeys.ProofBytes).ToArray());

    public void Write(ref WireWriter writer) => writer.WriteBytes(Proof);
}

/// <summary>
/// The link is refused or, once open, ended by the sender; nothing follows. Direction: both.
/// <code>
/// reason  uint32
/// why     String    one sentence for the operator
/// </code>
/// </summary>
internal sealed record LinkRefused(Reason Reason, string Why) : ILinkPayload<LinkRefused>
{
    public static LinkKind Kind => LinkKind.Refused;

    public static LinkRefused Read(ref WireReader reader) => new((Reason)reader.ReadUInt32(), reader.ReadString());

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32((uint)Reason);
        writer.WriteString(Why);
    }
}
